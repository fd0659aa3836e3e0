import {
  canonicalHeadersV4,
  canonicalRequestV4,
  canonicalUriV4,
  signatureV4,
  signingKeyV4,
  stringToSignV4,
  scopeTextV4,
  formatIsoBasic,
} from '@ossgrant/signer-core/steps';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, send, type Wire } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:00:00Z') });
  await oss.put('date-bucket', 'a.txt', 'hello world');
});
afterAll(() => oss.close());

/** Signs as the older Go SDK does: no x-oss-date, the Date header as it stands in the string to sign. */
function signWithDate(date: string): Wire {
  const scope = { day: '20261123', region: oss.region, product: 'oss' };
  const headers = new Map([['x-oss-content-sha256', 'UNSIGNED-PAYLOAD']]);
  const canonicalRequest = canonicalRequestV4({
    method: 'GET',
    uri: canonicalUriV4('date-bucket', 'a.txt'),
    query: '',
    headers: canonicalHeadersV4(headers, []),
    additionalHeaders: [],
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  const stringToSign = stringToSignV4({ timestamp: date, scope: scopeTextV4(scope), canonicalRequest });
  const signature = signatureV4(signingKeyV4(oss.owner.accessKeySecret, scope), stringToSign);
  const credential = `${oss.owner.accessKeyId}/${scopeTextV4(scope)}`;
  return {
    method: 'GET',
    path: '/date-bucket/a.txt',
    headers: {
      date,
      'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
      // Order and spaces of the fields are tolerated.
      authorization: `OSS4-HMAC-SHA256 Signature=${signature}, Credential=${credential}`,
    },
  };
}

it.each(['Mon, 23 Nov 2026 12:00:00 GMT', '20261123T120000Z'])(
  'takes the raw Date header "%s" as the timestamp where there is no x-oss-date',
  async (date) => {
    expect((await send(oss, signWithDate(date))).text).toBe('hello world');
  },
);

it('accepts a clock that is off by 15 minutes, and no more', async () => {
  const at = (ms: number): Date => new Date(oss.clock.now().getTime() + ms);
  const ask = { bucket: 'date-bucket', key: 'a.txt', scheme: 'v4-header' } as const;
  expect((await call(oss, { ...ask, date: at(-899_000) })).status).toBe(200);
  expect((await call(oss, { ...ask, date: at(899_000) })).status).toBe(200);
  expect((await call(oss, { ...ask, date: at(-902_000) })).code).toBe('RequestTimeTooSkewed');
  expect((await call(oss, { ...ask, date: at(902_000) })).code).toBe('RequestTimeTooSkewed');
});

it('lets a V4 link live for exactly as long as it says, up to seven days', async () => {
  const server = await startLocalOss({ now: new Date('2026-11-23T12:00:00Z') });
  try {
    await server.put('date-bucket', 'a.txt', 'hello world');
    const date = server.clock.now();
    const ask = { bucket: 'date-bucket', key: 'a.txt', date, expiresInSeconds: 604_800 };
    server.clock.advance(604_795_000);
    expect((await call(server, ask)).status).toBe(200);
    server.clock.advance(6_000);
    expect(await call(server, ask)).toMatchObject({ status: 403, code: 'AccessDenied', ec: '0002-00000069' });
    expect(formatIsoBasic(date)).toBe('20261123T120000Z');
  } finally {
    await server.close();
  }
});
