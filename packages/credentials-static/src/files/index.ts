export type { Environment } from '../from-environment.ts';
export type { FileOptions } from './file-source.ts';
export { fromCliConfig } from './from-cli-config.ts';
export type { FromCliConfigOptions } from './from-cli-config.ts';
export { fromCredentialsFile } from './from-credentials-file.ts';
export type { FromCredentialsFileOptions } from './from-credentials-file.ts';
export { fromOssutilConfig } from './from-ossutil-config.ts';
export type { FromOssutilConfigOptions } from './from-ossutil-config.ts';
export type { ProfileOidcRole, ProfileRole, ProfileSources, ProfileSts } from './profile.ts';
