export { toAliOss } from './ali-oss.ts';
export type { AliOssCredentials, AliOssToken } from './ali-oss.ts';
export { fromAlibabaCloudCredential, toAlibabaCloudCredential } from './alibaba-cloud-credentials.ts';
export type {
  AlibabaCloudCredential,
  AlibabaCloudCredentialClient,
  AlibabaCloudCredentialLike,
} from './alibaba-cloud-credentials.ts';
