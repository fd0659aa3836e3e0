import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, type CachedProvider, type Clock } from '@ossgrant/credentials-core';
import { defaultChain } from '@ossgrant/credentials-default';
import { applicationServer } from '@ossgrant/credentials-remote';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import { fromObject } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let oss: LocalOss;
let server: Server;
let granted: number;
let clock: Clock;
let provider: CachedProvider;
let folder: string;

/** The owner's application server: for each call a new key, good for one object. */
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'report.pdf', 'the report');
  clock = { now: () => oss.clock.now().getTime(), monotonic: () => oss.clock.now().getTime() };
  granted = 0;
  const grant = assumeRole({
    caller: defaultChain({ env: oss.environment() }),
    roleArn: oss.roleArn,
    sessionName: 'alice',
    scope: allowDownload({ bucket: 'my-bucket', key: 'report.pdf' }),
    endpoint: oss.endpoint,
    durationSeconds: 900,
  });
  server = createServer(async (_, response) => {
    granted += 1;
    const key = await grant.fetch({ signal: new AbortController().signal, clock });
    response.sendDate = false;
    const { accessKeyId, accessKeySecret, securityToken, expiration } = key;
    const named = { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken };
    response.end(JSON.stringify({ StatusCode: 200, ...named, Expiration: expiration }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sts`;
  provider = cached(applicationServer({ url }), { clock });
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
});
afterEach(async () => {
  await provider.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await oss.close();
  await rm(folder, { recursive: true });
});

const source = () =>
  fromObject({
    endpoint: oss.endpoint,
    region: oss.region,
    bucket: 'my-bucket',
    key: 'report.pdf',
    credentials: provider,
    clock,
  });

describe('a third party that asks the owner’s application server', () => {
  it('makes eight downloads over an expiry with exactly one renewal', async () => {
    await downloadToFile(source(), join(folder, 'first'), { clock });
    expect(granted).toBe(1);
    oss.clock.advance(3_600_000);
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => downloadToFile(source(), join(folder, String(index)), { clock })),
    );
    expect(granted).toBe(2);
    expect(await readFile(join(folder, '7'), 'utf8')).toBe('the report');
  });

  it('renews once when OSS no longer knows a key that should still be good', async () => {
    await downloadToFile(source(), join(folder, 'first'), { clock });
    oss.expireToken(await provider.getCredentials());
    await downloadToFile(source(), join(folder, 'second'), { clock });
    expect(granted).toBe(2);
  });
});

it('an owner signs links with whatever key the default chain finds', async () => {
  const credentials = defaultChain({ env: oss.environment() });
  const where = { endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket' };
  const { url } = await createPresigner({ ...where, credentials, clock }).presign({ key: 'report.pdf' });
  expect(await (await fetch(url)).text()).toBe('the report');
  expect(credentials.describe().answeredBy).toBe('environment');
});
