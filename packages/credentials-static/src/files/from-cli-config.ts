import type { CredentialSource } from '@ossgrant/credentials-core';
import {
  type FileOptions,
  fileOptionsCheck,
  invalidFile,
  notConfigured,
  type OpenedFile,
  openFile,
  resolvedFile,
  variable,
} from './file-source.ts';
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
}

const check = fileOptionsCheck('fromCliConfig');

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
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when there is no file in the usual place, it lacks the wanted profile
 * (another file may have it), the profile is empty or `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`; `INVALID_CONFIG` when a file
 * that was named does not exist, the file is malformed, with its line, or the profile cannot be used. The file's content is never
 * quoted.
 *
 * @throws TypeError for options that cannot be right
 */
export function fromCliConfig(options: FromCliConfigOptions = {}): CredentialSource {
  check(options);
  return resolvedFile({
    name: 'cli-config',
    async open() {
      if (variable(options, 'ALIBABA_CLOUD_CLI_PROFILE_DISABLED')?.toLowerCase() === 'true') {
        throw notConfigured('cli-config: turned off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED');
      }
      const named = options.path ?? variable(options, 'ALIBABA_CLOUD_CONFIG_FILE');
      return openFile(options, { named, usual: ['.aliyun', 'config.json'] });
    },
    profile: () => options.profile ?? variable(options, 'ALIBABA_CLOUD_PROFILE'),
    resolve(file, wanted) {
      const { current, profiles } = readProfiles(file);
      const name = wanted ?? current;
      if (name === undefined) throw invalidFile(file.path, 'names no current profile');
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
  if (values === undefined) throw invalidFile(file.path, `refers to the profile "${name}", which it does not have`);
  if (through.includes(name)) {
    throw invalidFile(
      file.path,
      `has profiles that refer to one another in a circle: ${[...through, name].join(' -> ')}`,
    );
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
  if (!isRecord(config) || !Array.isArray(config['profiles'])) throw invalidFile(file.path, 'has no list of profiles');
  const profiles = new Map<string, Readonly<Record<string, unknown>>>();
  for (const profile of config['profiles'] as readonly unknown[]) {
    if (!isRecord(profile) || typeof profile['name'] !== 'string')
      throw invalidFile(file.path, 'has a profile without a name');
    if (profiles.has(profile['name'])) throw invalidFile(file.path, `has two profiles "${profile['name']}"`);
    profiles.set(profile['name'], profile);
  }
  const current = config['current'];
  return { current: typeof current === 'string' && current !== '' ? current : undefined, profiles };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
