import { CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { Environment } from '../from-environment.ts';
import { type FileOptions, type OpenedFile, openFile, resolvedFile } from './file-source.ts';
import {
  ecsSource,
  type FieldNames,
  keySource,
  oidcSource,
  type ProfileFields,
  profileFields,
  type ProfileSources,
  roleSource,
  sourceFor,
} from './profile.ts';
import { readJson } from './read-json.ts';

/** Options of `fromCliConfig`. */
export interface FromCliConfigOptions extends FileOptions {
  /** @default ALIBABA_CLOUD_PROFILE, or else the file's `current` */
  readonly profile?: string;
  /** The functions behind the modes that need the network or a process. @default none */
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

const MODES = 'AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI or External';

type Profiles = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * Reads a profile of the Alibaba Cloud CLI, `~/.aliyun/config.json` or `ALIBABA_CLOUD_CONFIG_FILE`. Modes: AK, StsToken,
 * RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, CredentialsURI, External, in any case.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when there is no file, it lacks the wanted profile, the
 * profile is empty or `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`; `INVALID_CONFIG` when the file is malformed, with its
 * line, or the profile cannot be used. The file's content is never quoted.
 */
export function fromCliConfig(options: FromCliConfigOptions = {}): CredentialSource {
  const env = (): Environment => options.env ?? process.env;
  return resolvedFile({
    name: 'cli-config',
    async open() {
      if (env()['ALIBABA_CLOUD_CLI_PROFILE_DISABLED']?.toLowerCase() === 'true') {
        throw notConfigured('cli-config: turned off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED');
      }
      const path = options.path ?? (env()['ALIBABA_CLOUD_CONFIG_FILE'] || undefined);
      return openFile({ ...options, ...defined({ path }) }, ['.aliyun', 'config.json']);
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
  if (values === undefined) throw invalid(file, `refers to the profile "${name}", which it does not have`);
  if (through.includes(name)) {
    throw invalid(file, `has profiles that refer to one another in a circle: ${[...through, name].join(' -> ')}`);
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
      return sourceFor(fields, sources, 'credentialsUri')({ uri: fields.required('credentials_uri') });
    case 'external':
      return sourceFor(fields, sources, 'externalProcess')({ command: fields.required('process_command') });
    default:
      throw fields.fail(`has an unsupported mode: use ${MODES}`);
  }
}

function modeOf(fields: ProfileFields): string {
  return (fields.text('mode') ?? 'AK').toLowerCase();
}

function readProfiles(file: OpenedFile): { readonly current: string | undefined; readonly profiles: Profiles } {
  const config = readJson(file.text, file.path);
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
