import type { CredentialSource } from '@ossgrant/credentials-core';
import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { describe, expect, it } from 'vitest';
import { fromCliConfig, fromCredentialsFile, fromOssutilConfig } from '../src/files/index.ts';
import { fromEnvironment } from '../src/from-environment.ts';

const secrets = ['a-secret-key', 'a-token'];
const token = { OSS_SESSION_TOKEN: 'a-token', OSS_SESSION_TOKEN_EXPIRATION: '2999-01-01T00:00:00Z,STS.id' };
const variables = { OSS_ACCESS_KEY_ID: 'STS.id', OSS_ACCESS_KEY_SECRET: 'a-secret-key', ...token };
const profile = { name: 'default', mode: 'AK', access_key_id: 'id', access_key_secret: 'a-secret-key' };
const json = JSON.stringify({ current: 'default', profiles: [profile] });

type ReadFile = (path: string) => Promise<string>;
const missing: ReadFile = async () => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};
const files = (make: (readFile: ReadFile) => CredentialSource, text: string) => ({
  healthy: () => make(async () => text),
  unconfigured: () => make(missing),
});

describe.each([
  [
    'fromEnvironment',
    { healthy: () => fromEnvironment({ env: variables }), unconfigured: () => fromEnvironment({ env: {} }) },
  ],
  ['fromCliConfig', files((readFile) => fromCliConfig({ env: {}, readFile }), json)],
  [
    'fromCredentialsFile',
    files(
      (readFile) => fromCredentialsFile({ env: {}, readFile }),
      '[default]\naccess_key_id=id\naccess_key_secret=a-secret-key\n',
    ),
  ],
  [
    'fromOssutilConfig',
    files(
      (readFile) => fromOssutilConfig({ env: {}, readFile }),
      '[Credentials]\naccessKeyID=id\naccessKeySecret=a-secret-key\n',
    ),
  ],
])('%s keeps the contract of a source', (_, conditions) => {
  for (const { name, skip, run } of credentialSourceContract({ ...conditions, secrets })) {
    it.skipIf(skip !== undefined)(`it ${name}`, () => expect(run()).resolves.toBeUndefined());
  }
});
