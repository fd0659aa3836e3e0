import type { CredentialSource } from '@ossgrant/credentials-core';
import { type FileOptions, fileOptionsCheck, notConfigured, openFile, resolvedFile, variable } from './file-source.ts';
import {
  ecsSource,
  type FieldNames,
  keySource,
  oidcSource,
  type ProfileFields,
  profileFields,
  type ProfileSources,
  roleSource,
} from './profile.ts';
import { readIni } from './read-ini.ts';

/** Options of `fromCredentialsFile`. */
export interface FromCredentialsFileOptions extends FileOptions {
  /** The section. @default ALIBABA_CLOUD_PROFILE, or else `default` */
  readonly profile?: string;
}

const check = fileOptionsCheck('fromCredentialsFile');

const NAMES: FieldNames = {
  id: 'access_key_id',
  secret: 'access_key_secret',
  token: 'security_token',
  roleArn: 'role_arn',
  sessionName: 'role_session_name',
  tokenFile: 'oidc_token_file_path',
  duration: 'role_session_expiration',
  region: 'sts_region',
};

const TYPES = 'access_key, sts, ram_role_arn, ecs_ram_role or oidc_role_arn';

/**
 * Reads a section of the SDKs' ini file, `~/.alibabacloud/credentials` or `ALIBABA_CLOUD_CREDENTIALS_FILE`. Types:
 * `access_key`, `sts`, `ram_role_arn`, `ecs_ram_role`, `oidc_role_arn`.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when there is no file in the usual place, no such section (another file may
 * have it), or the section has `enable = false`; `INVALID_CONFIG` when a file that was named does not exist, the file is malformed,
 * with its line, or the section cannot be used.
 *
 * @throws TypeError for options that cannot be right
 */
export function fromCredentialsFile(options: FromCredentialsFileOptions = {}): CredentialSource {
  check(options);
  return resolvedFile({
    name: 'credentials-file',
    async open() {
      const named = options.path ?? variable(options, 'ALIBABA_CLOUD_CREDENTIALS_FILE');
      return openFile(options, { named, usual: ['.alibabacloud', 'credentials'] });
    },
    profile: () => options.profile ?? variable(options, 'ALIBABA_CLOUD_PROFILE'),
    resolve(file, name = 'default') {
      const values = readIni(file.text, file.path).get(name);
      if (values === undefined) throw notConfigured(`${file.path}: has no such section`);
      const fields = profileFields(values, `${file.path}: section "${name}"`);
      if (fields.text('enable')?.toLowerCase() === 'false') throw notConfigured(`${fields.where} is turned off`);
      return sourceOf(fields, options.sources ?? {});
    },
  });
}

function sourceOf(fields: ProfileFields, sources: ProfileSources): CredentialSource {
  switch ((fields.text('type') ?? 'access_key').toLowerCase()) {
    case 'access_key':
      return keySource(fields, NAMES, 'no-token');
    case 'sts':
      return keySource(fields, NAMES, 'token');
    case 'ram_role_arn': {
      const caller = keySource(fields, NAMES, fields.text(NAMES.token) === undefined ? 'no-token' : 'token');
      return roleSource(fields, NAMES, { sources, caller });
    }
    case 'ecs_ram_role':
      return ecsSource(fields, 'role_name', sources);
    case 'oidc_role_arn':
      return oidcSource(fields, NAMES, sources);
    default:
      throw fields.fail(`has an unsupported type: use ${TYPES}`);
  }
}
