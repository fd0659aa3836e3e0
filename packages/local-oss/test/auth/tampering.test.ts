import type { Credentials } from '@ossgrant/credentials-core';
import type { SignedRequest } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { changedAt, everyChange } from '../change-bytes.ts';
import { assume, KEPT, SCHEMES, send, sign, type Ask, type Scheme, type Wire } from '../kit.ts';
import { expectedCode } from './expected-code.ts';

let oss: LocalOss;
let session: Credentials;
let count = 0;

// The middle of an hour: a changed digit of the date must not fall into another day by accident.
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:34:56Z') });
  await oss.put('tamper-bucket', 'dir/file.bin', 'x'.repeat(2000));
  session = await assume(oss);
});
afterAll(async () => {
  console.log(`tampering: ${count} requests with one changed byte, all refused`);
  await oss.close();
});

const base = (scheme: Scheme): Ask => ({
  scheme,
  credentials: session,
  bucket: 'tamper-bucket',
  key: 'dir/file.bin',
  query: { 'response-content-type': 'text/abc', 'x-oss-traffic-limit': '81920000' },
  headers: {
    'content-type': 'text/plain',
    'content-md5': 'abcd',
    'x-oss-range-behavior': 'standard',
    range: 'bytes=0-99',
  },
  ...(scheme.startsWith('v4') ? { additionalHeaders: ['range'] } : {}),
});

async function expectRefused(wire: Wire, what: string, code = 'SignatureDoesNotMatch'): Promise<void> {
  const answer = await send(oss, wire, undefined, KEPT);
  const status = { InvalidArgument: 400, NoSuchBucket: 404 }[code] ?? 403;
  expect([answer.status, answer.code], `${what}: ${wire.method} ${wire.path}`).toEqual([status, code]);
  count += 1;
}

function codeOf(scheme: Scheme, part: string, original: string, changed: string): string {
  const { accessKeyId } = session;
  return expectedCode({ scheme, part, original, changed, accessKeyId, now: oss.clock.now() });
}

function withHeader(wire: SignedRequest, name: string, value: string): Wire {
  return { ...wire, headers: { ...wire.headers, [name]: value } };
}

describe.each(SCHEMES)('%s', (scheme) => {
  it('accepts the request as it was signed', async () => {
    const answer = await send(oss, sign(oss, base(scheme)));
    expect(answer.text).toBe('x'.repeat(100));
    expect(answer.headers['content-type']).toBe('text/abc');
  });

  it('refuses another method', async () => {
    const wire = sign(oss, base(scheme));
    for (const method of ['HEAD', 'PUT', 'DELETE', 'POST']) await expectRefused({ ...wire, method }, 'method');
  });

  it('refuses any changed byte of bucket and key', { timeout: 60_000 }, async () => {
    const wire = sign(oss, base(scheme));
    const [path = '', query = ''] = wire.path.split('?');
    for (const changed of everyChange(path)) {
      // The server looks for the bucket before it identifies the caller.
      const code = changed.startsWith('/tamper-bucket/') ? 'SignatureDoesNotMatch' : 'NoSuchBucket';
      await expectRefused({ ...wire, path: `${changed}?${query}` }, 'path', code);
    }
  });

  it('refuses any changed byte of any query value', { timeout: 60_000 }, async () => {
    const wire = sign(oss, base(scheme));
    const [path = '', query = ''] = wire.path.split('?');
    for (const pair of query.split('&')) {
      const [name = '', value = ''] = pair.split('=');
      const decoded = decodeURIComponent(value);
      // The last sextet of a signature may hold bits that mean nothing; its bytes before are all looked at.
      for (const changed of everyChange(decoded)) {
        const tampered = query.replace(pair, `${name}=${encodeURIComponent(changed)}`);
        await expectRefused({ ...wire, path: `${path}?${tampered}` }, name, codeOf(scheme, name, decoded, changed));
      }
    }
  });

  it('refuses any changed byte of any signed header', { timeout: 60_000 }, async () => {
    const wire = sign(oss, base(scheme));
    const signed = Object.entries(wire.headers).filter(([name]) => name !== 'range' || scheme.startsWith('v4'));
    for (const [name, value] of signed) {
      for (const changed of everyChange(value)) {
        if (name === 'authorization' && !changed.startsWith('OSS')) continue;
        await expectRefused(withHeader(wire, name, changed), name, codeOf(scheme, name, value, changed));
      }
    }
  });

  it('refuses a signed header or parameter that is missing or added', async () => {
    const wire = sign(oss, base(scheme));
    const { 'x-oss-range-behavior': _gone, ...rest } = wire.headers;
    await expectRefused({ ...wire, headers: rest }, 'header left out');
    await expectRefused(withHeader(wire, 'x-oss-meta-a', '1'), 'header added');
    await expectRefused({ ...wire, path: `${wire.path}&versionId=1` }, 'parameter added');
    await expectRefused({ ...wire, path: wire.path.replace(/&?x-oss-traffic-limit=\d+/, '') }, 'parameter left out');
  });

  it('lets the first of a repeated parameter count, and signs the others in V4', async () => {
    const wire = sign(oss, base(scheme));
    const [path = '', query = ''] = wire.path.split('?');
    await expectRefused({ ...wire, path: `${path}?response-content-type=text%2Fevil&${query}` }, 'parameter before');
    const after = { ...wire, path: `${wire.path}&response-content-type=text%2Fevil` };
    if (scheme.startsWith('v4')) return expectRefused(after, 'parameter after');
    expect((await send(oss, after)).headers['content-type']).toBe('text/abc');
  });
});

it('changes exactly one byte', () => {
  expect(changedAt('a9zZ', 1)).toBe('a0zZ');
  expect(everyChange('a/9')).toEqual(['b/9', 'a/0']);
});
