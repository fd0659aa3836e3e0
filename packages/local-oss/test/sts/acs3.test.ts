import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalOss, type LocalOss } from '../../src/index.ts';
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

it('refuses any changed byte of query, signed headers and signature', async () => {
  const wire = signAcs3(query(), '', 'n2');
  const { authorization = '', host: _host, ...others } = wire.headers;
  const variants = [
    ...everyChange(query()).map((changed) => ({ ...wire, path: `/?${changed}` })),
    ...Object.entries(others).flatMap(([name, value]) =>
      everyChange(value).map((changed) => ({ ...wire, headers: { ...wire.headers, [name]: changed } })),
    ),
    ...everyChange(authorization.slice(-64)).map((changed) => ({
      ...wire,
      headers: { ...wire.headers, authorization: authorization.slice(0, -64) + changed },
    })),
  ];
  for (const variant of variants) {
    const answer = await send(oss, variant);
    expect(answer.status, `${variant.path} ${answer.text}`).toBe(400);
    expect(answer.code).toBeOneOf([
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'InvalidVersion',
      'InvalidTimeStamp.Expired',
      'InvalidTimeStamp.Format',
      // A changed escape may no longer be UTF-8.
      'InvalidArgument',
    ]);
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
