import { type CredentialSource, CredentialError } from '@ossgrant/credentials-core';
import { openFile, type FileOptions, type OpenedFile, resolvedFile } from './file-source.ts';
import {
  profileFields,
  type ProfileFields,
  ecsSource,
  handedIn,
  keySource,
  oidcSource,
  roleSource,
  type FieldNames,
  type ProfileSources,
} from './profile.ts';

// One token at a time; a string must be closed on its line, and white space is only what JSON takes for it.
const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/**
 * Finds the line on which a text stops being JSON. Engines tell it in words of their own, or not at all, and quote the text,
 * which here may hold a secret.
 *
 * @returns a line number from 1, or `undefined` for a text that is JSON
 */
export function jsonErrorLine(text: string): number | undefined {
  let position = 0;

  const peek = (): { readonly kind: string; readonly end: number } | undefined => {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, mark, string] = match;
    return { kind: mark ?? (string === undefined ? 'literal' : 'string'), end: TOKEN.lastIndex };
  };
  const take = (...kinds: readonly string[]): string | undefined => {
    const token = peek();
    if (token === undefined || !kinds.includes(token.kind)) return undefined;
    position = token.end;
    return token.kind;
  };
  const list = (close: string, item: () => boolean): boolean => {
    if (take(close) !== undefined) return true;
    for (;;) {
      if (!item()) return false;
      const next = take(',', close);
      if (next !== ',') return next !== undefined;
    }
  };
  const value = (): boolean => {
    const kind = take('{', '[', 'string', 'literal');
    if (kind === '{') return list('}', () => take('string') !== undefined && take(':') !== undefined && value());
    return kind === '[' ? list(']', value) : kind !== undefined;
  };

  const whole = value();
  const rest = position + (/^[ \t\r\n]*/.exec(text.slice(position))?.[0].length ?? 0);
  if (whole && rest === text.length) return undefined;
  // Past the white space: the line of what is wrong, not of what came before it.
  return text.slice(0, Math.min(rest, text.trimEnd().length)).split('\n').length;
}

/** Options of `fromCliConfig`. */
export interface FromCliConfigOptions extends FileOptions {
  /** @default ALIBABA_CLOUD_PROFILE, or else the file's `current` */
  readonly profile?: string;
  /** What completes the modes that need the network or a process. @default none */
  readonly sources?: ProfileSources;
}

const NAMES: FieldNames = {
  id: 'access_key_id',
  secret: 'access_key_secret',
  token: 'sts_token',
  roleArn: 'ram_role_arn',
  sessionName: 'ram_session_name',
  tokenFile: 'oidc_token_file',
  duration: 'expired_seconds',
  region: 'sts_region',
};

const MODES = 'AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI and External';

type Profiles = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * Reads a profile of the Alibaba Cloud CLI, `~/.aliyun/config.json` or `ALIBABA_CLOUD_CONFIG_FILE`. Modes: AK, StsToken,
 * RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI, External; upper and lower case are one.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when there is no file, when it lacks the wanted profile, when the
 * profile is empty or `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`; `INVALID_CONFIG` when the file is malformed, with its
 * line, or the profile cannot be used. The file's content is never quoted.
 */
export function fromCliConfig(options: FromCliConfigOptions = {}): CredentialSource {
  const env = (): NonNullable<FileOptions['env']> => options.env ?? process.env;
  return resolvedFile({
    name: 'cli-config',
    async open() {
      if (env()['ALIBABA_CLOUD_CLI_PROFILE_DISABLED']?.toLowerCase() === 'true') {
        throw notConfigured('cli-config: turned off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED');
      }
      const path = options.path ?? (env()['ALIBABA_CLOUD_CONFIG_FILE'] || undefined);
      return openFile({ ...options, ...(path === undefined ? {} : { path }) }, ['.aliyun', 'config.json']);
    },
    profile: () => options.profile ?? (env()['ALIBABA_CLOUD_PROFILE'] || undefined),
    resolve(file, wanted) {
      const { current, profiles } = readProfiles(file);
      const name = wanted ?? current;
      if (name === undefined) throw invalid(file, 'names no current profile');
      if (wanted !== undefined && !profiles.has(wanted)) throw notConfigured(`${file.path}: has no such profile`);
      return resolveProfile({ file, profiles, sources: options.sources ?? {} }, name, []);
    },
  });
}

interface Resolving {
  readonly file: OpenedFile;
  readonly profiles: Profiles;
  readonly sources: ProfileSources;
}

function resolveProfile(from: Resolving, name: string, through: readonly string[]): CredentialSource {
  const { file, profiles, sources } = from;
  const values = profiles.get(name);
  if (values === undefined) throw invalid(file, `has no profile "${name}", though it refers to it`);
  if (through.includes(name)) {
    throw invalid(file, `has profiles that lead back to themselves: ${[...through, name].join(' -> ')}`);
  }
  const fields = profileFields(values, `${file.path}: profile "${name}"`);
  switch (modeOf(fields)) {
    case 'ak':
      return keySource(fields, NAMES, 'no-token');
    case 'ststoken':
      return keySource(fields, NAMES, 'token');
    case 'ramrolearn': {
      const caller = keySource(fields, NAMES, fields.text(NAMES.token) === undefined ? 'no-token' : 'token');
      return roleSource(fields, NAMES, { sources, caller });
    }
    case 'chainableramrolearn': {
      const caller = resolveProfile(from, fields.required('source_profile'), [...through, name]);
      return roleSource(fields, NAMES, { sources, caller });
    }
    case 'ecsramrole':
      return ecsSource(fields, 'ram_role_name', sources);
    case 'oidc':
      return oidcSource(fields, NAMES, sources);
    case 'credentialsuri':
      return handedIn(fields, sources, 'credentialsUri')({ uri: fields.required('credentials_uri') });
    case 'external':
      return handedIn(fields, sources, 'externalProcess')({ command: fields.required('process_command') });
    default:
      throw fields.fail(`has a mode that is not supported: ${MODES} are`);
  }
}

function modeOf(fields: ProfileFields): string {
  return (fields.text('mode') ?? 'AK').toLowerCase();
}

function readProfiles(file: OpenedFile): { readonly current: string | undefined; readonly profiles: Profiles } {
  const line = jsonErrorLine(file.text);
  if (line !== undefined) {
    throw new CredentialError(`${file.path}:${line}: is not JSON`, { code: 'INVALID_CONFIG', retryable: false });
  }
  const config = JSON.parse(file.text) as unknown;
  if (!isRecord(config) || !Array.isArray(config['profiles'])) throw invalid(file, 'has no list of profiles');
  const profiles = new Map<string, Readonly<Record<string, unknown>>>();
  for (const profile of config['profiles'] as readonly unknown[]) {
    if (!isRecord(profile) || typeof profile['name'] !== 'string') throw invalid(file, 'has a profile without a name');
    if (profiles.has(profile['name'])) throw invalid(file, `has two profiles "${profile['name']}"`);
    profiles.set(profile['name'], profile);
  }
  const current = config['current'];
  return { current: typeof current === 'string' && current !== '' ? current : undefined, profiles };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(file: OpenedFile, problem: string): CredentialError {
  return new CredentialError(`${file.path}: ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
}

function notConfigured(message: string): CredentialError {
  return new CredentialError(message, { code: 'NOT_CONFIGURED', retryable: false });
}
