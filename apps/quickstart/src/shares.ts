import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toProvider } from '@ossgrant/credentials-core';
import { measureFile } from './plain-client.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import type { ShareServer, ShareServerSettings } from './share-server.ts';
import { endpointOf, type WayOptions } from './url-signature.ts';

/** Starts a server of shares. */
export type StartShareServer = (settings: ShareServerSettings) => Promise<ShareServer>;

/** Starts it in a process of its own, which ends with this one. */
export async function forkShareServer(settings: ShareServerSettings): Promise<ShareServer> {
  const file = fileURLToPath(new URL('share-process.js', import.meta.url));
  const child = fork(file, { serialization: 'advanced' });
  // Not as an argument or variable: other users of the machine can read those.
  child.send(settings);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the application server ended with ${code}`);
  });
  const started = once(child, 'message') as Promise<[Pick<ShareServer, 'url' | 'key'>]>;
  const [{ url, key }] = await Promise.race([started, ended]);
  return {
    url,
    key,
    async close(): Promise<void> {
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}

/** The settings that the server receives. */
export async function shareServerSettings(settings: Settings): Promise<ShareServerSettings> {
  const { bucket, owner, roleArn, stsEndpoint } = settings;
  const { accessKeyId, accessKeySecret, securityToken } = await toProvider(owner).getCredentials();
  const secrets = { accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) };
  return { endpoint: endpointOf(settings), bucket, owner: secrets, roleArn, stsEndpoint };
}

/** Both ways once more, as a service: a share that is counted and revoked, and a handle that gives temporary credentials. */
export async function showShares(options: WayOptions, server: ShareServer): Promise<void> {
  const { settings, report, client, folder } = options;
  const { bucket, key } = settings;
  const share = (await ask(server, 'POST', '/v1/shares', { bucket, key, maxUses: 3 })) as { id: string; url: string };
  report.note('the owner makes a share, for 3 downloads in a week; its address stays:');
  report.note(`  ${share.url}`);
  const path = join(folder, 'shared');
  await client.download(share.url, path);
  const { bytes, crc64 } = await measureFile(path);
  const equal = bytes === settings.size && (settings.crc64 === undefined || crc64 === settings.crc64);
  report.check(equal, `${client.name} follows it to a URL that was signed for it, for 60 s: ${bytes} bytes`);
  const { uses } = (await ask(server, 'GET', `/v1/shares/${share.id}`)) as { uses: number };
  report.check(uses === 1, `the server has counted it: ${uses} of 3`);
  await ask(server, 'POST', `/v1/shares/${share.id}/revoke`);
  await expectRevoked(report, share.url);
  if (settings.roleArn === undefined) report.skip('no handle: set ALIBABA_CLOUD_ROLE_ARN');
  else await showHandle(report, server, { bucket, key });
}

async function expectRevoked(report: Report, url: string): Promise<void> {
  const response = await fetch(url, { redirect: 'manual' });
  const { code } = (await response.json()) as { code?: string };
  report.check(response.status === 410 && code === 'revoked', `the owner revokes it: ${response.status} ${code}`);
}

async function showHandle(report: Report, server: ShareServer, object: object): Promise<void> {
  const handle = (await ask(server, 'POST', '/v1/grant-handles', object)) as { id: string; url: string };
  const given = (await (await fetch(handle.url)).json()) as { accessKeyId?: string; expiration?: string };
  const isTemporary = given.accessKeyId?.startsWith('STS.') === true && given.expiration !== undefined;
  report.check(isTemporary, 'a GET of a handle gives temporary credentials for this object');
  await ask(server, 'POST', `/v1/grant-handles/${handle.id}/revoke`);
  const { status } = await fetch(handle.url);
  report.check(status === 410, `the owner revokes the handle: ${status}`);
}

/** @throws Error for a refusal, with its reason */
async function ask(server: ShareServer, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { detail?: string };
  if (response.ok) return answer;
  throw new Error(`${method} ${path}: ${response.status}, ${answer.detail}`);
}
