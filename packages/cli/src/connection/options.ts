import type { OptionTable } from '../verb.ts';

/** Options of verbs that sign or call: which OSS, and whose key. */
export const CONNECTION_OPTIONS = {
  region: { type: 'text', value: 'REGION', help: 'such as cn-hangzhou; default: OSS_REGION' },
  endpoint: { type: 'text', value: 'HOST', help: 'such as oss-cn-hangzhou.aliyuncs.com; default: OSS_ENDPOINT' },
  profile: {
    type: 'text',
    value: 'NAME',
    help: 'profile of the Alibaba Cloud CLI or SDKs, instead of the environment',
  },
} as const satisfies OptionTable;

/** What was given of them. */
export interface ConnectionOptions {
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
}
