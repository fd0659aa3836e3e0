import type { CredentialSource } from '@ossgrant/credentials-core';
import { type FileOptions, fileOptionsCheck, notConfigured, openFile, resolvedFile } from './file-source.ts';
import {
  ecsSource,
  type FieldNames,
  keySource,
  type ProfileFields,
  profileFields,
  type ProfileSources,
  roleSource,
} from './profile.ts';
import { type IniFile, readIni } from './read-ini.ts';

/** Options of `fromOssutilConfig`. */
export interface FromOssutilConfigOptions extends FileOptions {
  /** `dev` for the section `[profile dev]`. @default `[default]`, or else version 1's `[Credentials]` */
  readonly profile?: string;
}

const check = fileOptionsCheck('fromOssutilConfig');

// Lower case, as in readIni's result.
const NAMES: FieldNames = {
  id: 'accesskeyid',
  secret: 'accesskeysecret',
  token: 'ststoken',
  roleArn: 'ramrolearn',
  sessionName: 'rolesessionname',
  tokenFile: 'oidctokenfile',
  duration: 'tokentimeout',
  region: 'stsregion',
};

/**
 * Reads ossutil's own file, `~/.ossutilconfig`. Modes: AK, StsToken, RamRoleArn, EcsRamRole; without one, StsToken if there
 * is a token, else AK.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when there is no file in the usual place or no such profile,
 * `INVALID_CONFIG` when a file that was named does not exist, the file is malformed, with its line, or the profile cannot be used.
 *
 * @throws TypeError for options that cannot be right
 */
export function fromOssutilConfig(options: FromOssutilConfigOptions = {}): CredentialSource {
  check(options);
  return resolvedFile({
    name: 'ossutil-config',
    open: () => openFile(options, { named: options.path, usual: ['.ossutilconfig'] }),
    profile: () => options.profile,
    resolve(file, profile) {
      const found = sectionOf(readIni(file.text, file.path), profile);
      if (found === undefined) throw notConfigured(`${file.path}: has no such profile`);
      return sourceOf(profileFields(found.values, `${file.path}: [${found.section}]`), options.sources ?? {});
    },
  });
}

function sectionOf(
  file: IniFile,
  profile: string | undefined,
): { readonly section: string; readonly values: Readonly<Record<string, string>> } | undefined {
  const names = profile === undefined ? ['default', 'Credentials'] : [`profile ${profile}`, profile];
  for (const section of names) {
    const values = file.get(section);
    if (values !== undefined) return { section, values };
  }
  return undefined;
}

function sourceOf(fields: ProfileFields, sources: ProfileSources): CredentialSource {
  const token = fields.text(NAMES.token) === undefined ? 'no-token' : 'token';
  const guessed = token === 'token' ? 'StsToken' : 'AK';
  switch ((fields.text('mode') ?? guessed).toLowerCase()) {
    case 'ak':
      return keySource(fields, NAMES, 'no-token');
    case 'ststoken':
      return keySource(fields, NAMES, 'token');
    case 'ramrolearn':
      return roleSource(fields, NAMES, { sources, caller: keySource(fields, NAMES, token) });
    case 'ecsramrole':
      return ecsSource(fields, 'ecsrolename', sources);
    default:
      throw fields.fail('has an unsupported mode: use AK, StsToken, RamRoleArn or EcsRamRole');
  }
}
