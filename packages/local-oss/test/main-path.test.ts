import {
  resolveEndpoint,
  signHeadersV1,
  signHeadersV4,
  signUrlV1,
  signUrlV4,
  type SignedRequest,
} from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../src/local-oss.ts';
import { startLocalOss } from '../src/start-local-oss.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('private-bucket', 'dir/a b+c.txt', 'hello world');
});
afterAll(() => oss.close());

// Bytes, not text: fetch would add a Content-Type that was not signed.
const send = (signed: SignedRequest, body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(signed.origin + signed.path, { method: signed.method, headers: signed.headers, ...(body && { body }) });

const request = (method: string, key: string) => ({
  method,
  endpoint: resolveEndpoint({ endpoint: oss.endpoint, region: oss.region }),
  bucket: 'private-bucket',
  key,
});

describe('local-oss', () => {
  it('refuses an anonymous read of a private object', async () => {
    const response = await fetch(`${oss.endpoint}/private-bucket/dir/a%20b%2Bc.txt`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it.each([
    ['V4 link', signUrlV4],
    ['V1 link', signUrlV1],
    ['V4 headers', signHeadersV4],
    ['V1 headers', signHeadersV1],
  ])('serves an object to a holder of a %s', async (_, sign) => {
    const signed = sign(request('GET', 'dir/a b+c.txt'), oss.owner, { date: oss.clock.now(), expiresInSeconds: 60 });
    const response = await send(signed);
    expect(await response.text()).toBe('hello world');
    expect(response.headers.get('x-oss-hash-crc64ecma')).toBe('5981764153023615706');
  });

  it('stores what a signed PUT sends, and deletes it again', async () => {
    const options = { date: oss.clock.now() };
    const put = await send(
      signHeadersV4(request('PUT', 'new.txt'), oss.owner, options),
      new TextEncoder().encode('content'),
    );
    expect(put.status).toBe(200);
    const get = await send(signHeadersV4(request('GET', 'new.txt'), oss.owner, options));
    expect(await get.text()).toBe('content');
    const remove = await send(signHeadersV4(request('DELETE', 'new.txt'), oss.owner, options));
    expect(remove.status).toBe(204);
    expect((await send(signHeadersV4(request('GET', 'new.txt'), oss.owner, options))).status).toBe(404);
  });

  it('reports an expired link before it looks at the signature', async () => {
    const signed = signUrlV4(request('GET', 'dir/a b+c.txt'), oss.owner, {
      date: new Date(oss.clock.now().getTime() - 61_000),
      expiresInSeconds: 60,
    });
    const response = await fetch(`${signed.origin}${signed.path}0`);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-oss-ec')).toBe('0002-00000069');
  });
});
