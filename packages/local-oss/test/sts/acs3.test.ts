import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { everyChange } from '../change-bytes.ts';
import { send, type Wire } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ now: new Date('2026-11-23T12:34:56Z') });
});
afterAll(() => oss.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function signAcs3(query: string, body = '', nonce = 'n1'): Wire {
  const headers: Record<string, string> = {
    host: new URL(oss.endpoint).host,
    'x-acs-action': 'AssumeRole',
    'x-acs-version': '2015-04-01',
    'x-acs-date': '2026-11-23T12:34:56Z',
    'x-acs-signature-nonce': nonce,
    'x-acs-content-sha256': sha256(body),
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('');
  const canonical = ['POST', '/', query, lines, names.join(';'), sha256(body)].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${sha256(canonical)}`;
  const signature = createHmac('sha256', oss.owner.accessKeySecret).update(toSign).digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${oss.owner.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { method: 'POST', path: `/?${query}`, headers: { ...headers, authorization } };
}

const query = (): string => `RoleArn=${encodeURIComponent(oss.roleArn)}&RoleSessionName=test`;

it('accepts ACS3-HMAC-SHA256 and answers in JSON', async () => {
  const answer = await send(oss, signAcs3(query()));
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toHaveProperty('Credentials.SecurityToken');
});

const MISMATCH = 'SignatureDoesNotMatch';

// A changed escape may no longer be UTF-8.
function queryCode(changed: string): string {
  try {
    return decodeURIComponent(changed) === '' ? '' : MISMATCH;
  } catch {
    return 'InvalidArgument';
  }
}

function signatureCode(changed: string): string {
  return /^[0-9a-f]+$/.test(changed) ? MISMATCH : 'IncompleteSignature';
}

function headerCode(name: string, changed: string): string {
  if (name === 'x-acs-version') return 'InvalidVersion';
  if (name !== 'x-acs-date') return MISMATCH;
  const late = Date.parse(changed) - oss.clock.now().getTime();
  if (!/T.*Z$/.test(changed) || Number.isNaN(late)) return 'InvalidTimeStamp.Format';
  return late > 900_000 ? 'InvalidTimeStamp.Expired' : MISMATCH;
}

it('refuses any changed byte of query, signed headers and signature', { timeout: 60_000 }, async () => {
  const wire = signAcs3(query(), '', 'n2');
  const { authorization = '', host: _host, ...others } = wire.headers;
  const withHeader = (name: string, value: string): Wire => ({ ...wire, headers: { ...wire.headers, [name]: value } });
  const variants: readonly (readonly [Wire, code: string])[] = [
    ...everyChange(query()).map((changed) => [{ ...wire, path: `/?${changed}` }, queryCode(changed)] as const),
    ...Object.entries(others).flatMap(([name, value]) =>
      everyChange(value).map((changed) => [withHeader(name, changed), headerCode(name, changed)] as const),
    ),
    ...everyChange(authorization.slice(-64)).map(
      (changed) =>
        [withHeader('authorization', authorization.slice(0, -64) + changed), signatureCode(changed)] as const,
    ),
  ];
  for (const [variant, code] of variants) {
    const answer = await send(oss, variant);
    expect([answer.status, answer.code], JSON.stringify(variant)).toEqual([400, code]);
  }
  expect(variants.length).toBeGreaterThan(200);
});

it('refuses a body that is not the one that was hashed, and a nonce used before', async () => {
  expect((await send(oss, signAcs3(query(), '', 'n3'), 'other')).code).toBe('SignatureDoesNotMatch');
  expect((await send(oss, signAcs3(query(), '', 'n4'))).status).toBe(200);
  expect((await send(oss, signAcs3(query(), '', 'n4'))).code).toBe('SignatureNonceUsed');
});

it('refuses an x-acs header that is not signed', async () => {
  const wire = signAcs3(query(), '', 'n5');
  const answer = await send(oss, { ...wire, headers: { ...wire.headers, 'x-acs-security-token': 'CAIS' } });
  expect(answer.code).toBe('IncompleteSignature');
});
