import type { CredentialSource } from '@ossgrant/credentials-core';
import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ecsRamRole } from '../src/ecs-ram-role.ts';
import { applicationServer, credentialsUri } from '../src/over-http.ts';
import { externalProcess } from '../src/process/external-process.ts';
import { KEY, startKeyServer, type KeyServer, type Reply } from './key-server.ts';

const secrets = [KEY.AccessKeySecret, KEY.SecurityToken, 'in-the-url', 'in-a-header'];

const servers: KeyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Make = (url: string) => CredentialSource;
const responding = (make: Make, reply: Reply | undefined) => async () => {
  // The metadata service first gives a session token.
  const server = await startKeyServer(({ method }) => (method === 'PUT' && reply?.body ? { body: 'token' } : reply));
  servers.push(server);
  return make(server.url);
};
const conditions = (make: Make) => ({
  healthy: responding(make, { body: { StatusCode: 200, ...KEY } }),
  denied: responding(make, { status: 403, body: JSON.stringify(KEY) }),
  throttled: responding(make, { status: 429 }),
  unreachable: () => make('http://127.0.0.1:1'),
  hanging: responding(make, undefined),
});

const headers = { authorization: 'Bearer in-a-header' };
const program = (script: string) => externalProcess({ command: [process.execPath, '-e', script] });

describe.each([
  ['applicationServer', conditions((url) => applicationServer({ url: `${url}/?key=in-the-url`, headers }))],
  ['credentialsUri', conditions((uri) => credentialsUri({ uri: `${uri}/?key=in-the-url`, headers }))],
  [
    'ecsRamRole',
    {
      ...conditions((endpoint) => ecsRamRole({ endpoint, roleName: 'web', timeoutMs: 10_000 })),
      unconfigured: responding((endpoint) => ecsRamRole({ endpoint, imdsV1: 'fallback' }), { status: 404 }),
    },
  ],
  [
    'externalProcess',
    {
      healthy: () => program(`process.stdout.write(${JSON.stringify(JSON.stringify(KEY))})`),
      hanging: () => program('setInterval(() => {}, 1000)'),
    },
  ],
])('%s keeps the contract of a source', (_, makers) => {
  for (const { name, skip, run } of credentialSourceContract({ ...makers, secrets })) {
    it.skipIf(skip !== undefined)(`it ${name}`, { timeout: 20_000 }, () => expect(run()).resolves.toBeUndefined());
  }
});
