import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, redactText } from '../../src/text/redact.ts';

const SIGNATURE = '0a1b2c3d'.repeat(8);
const TOKEN = `CAISvAJ1q6Ft5B2yfSjIr5bkD8/Xh7Jx+ZGybGPnjW4yO+lvhPTGuTz2IHxMdHJsCewf+/owmWpQ7PgTlrkpF8QVHJ==`;
const LINK = `https://b.oss-cn-hangzhou.aliyuncs.com/k?x-oss-expires=60&x-oss-security-token=${encodeURIComponent(TOKEN)}&x-oss-signature=${SIGNATURE}`;

/** Ways in which a link is escaped where people find it. */
const ESCAPES: Readonly<Record<string, (text: string) => string>> = {
  none: (text) => text,
  'HTML entities': (text) => text.replaceAll('&', '&amp;'),
  'numeric entities': (text) => text.replaceAll('&', '&#38;').replaceAll('=', '&#x3D;'),
  JSON: (text) => text.replaceAll('&', String.raw`\u0026`).replaceAll('=', String.raw`\u003d`),
  'quoted-printable': (text) => text.replaceAll('=', '=3D'),
  'an encoded equals sign': (text) => text.replaceAll('=', '%3D'),
  'an encoded question mark': (text) => text.replaceAll('?', '%3F'),
  'another case': (text) => text.replaceAll('x-oss-', 'X-Oss-').replaceAll('signature', 'SIGNATURE'),
  'a parameter of another URL': (text) => `https://r.example.com/?to=${encodeURIComponent(text)}&n=1`,
  'a parameter of a parameter': (text) =>
    `https://r.example.com/?to=${encodeURIComponent(`https://s.example.com/?u=${encodeURIComponent(text)}`)}`,
  'a path': (text) => `https://r.example.com/${encodeURIComponent(text)}/x`,
  'every character': (text) =>
    Array.from(text, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
};

function expectNoSecret(shown: string): void {
  for (const secret of [SIGNATURE, TOKEN, encodeURIComponent(TOKEN)]) expect(shown).not.toContain(secret);
  expect(shown).not.toContain(SIGNATURE.slice(0, 20));
  expect(shown).not.toContain(TOKEN.slice(0, 20));
}

describe('redactText', () => {
  it('keeps all of a link but its signature and token', () => {
    expect(redactText(LINK)).toBe(
      'https://b.oss-cn-hangzhou.aliyuncs.com/k?x-oss-expires=60&x-oss-security-token=[redacted]&x-oss-signature=[redacted]',
    );
  });

  it.each(Object.keys(ESCAPES))('finds them under %s', (name) => {
    const shown = redactText(ESCAPES[name]?.(LINK) ?? '');
    expectNoSecret(shown);
    expect(shown).toContain('[redacted]');
  });

  it('finds them under any three escapes of one another', () => {
    const escape = fc.constantFrom(...Object.values(ESCAPES));
    fc.assert(
      fc.property(escape, escape, escape, (first, second, third) => {
        expectNoSecret(redactText(third(second(first(LINK)))));
      }),
    );
  });

  it.each([
    `{"AccessKeySecret":"${SIGNATURE}","SecurityToken":"${TOKEN}"}`,
    `{'SignatureProvided': '${SIGNATURE}', 'SecurityToken': '${TOKEN}'}`.replace('SignatureProvided', 'Signature'),
    `authorization: OSS4-HMAC-SHA256 Credential=LTAI/20260101/cn-hangzhou/oss/aliyun_v4_request,Signature=${SIGNATURE}`,
    `Authorization: OSS LTAI5t:${SIGNATURE}`,
    `GET\n\n\n1767225600\n/b/k?security-token=${TOKEN}`,
    `x-oss-security-token:${TOKEN}`,
    `https://cdn.example.com/a?auth_key=1767225600-0-0-${SIGNATURE}`,
    `https://a.blob.example.net/a?sv=1&sig=${SIGNATURE}`,
  ])('finds them where links are not: %.50s', (text) => {
    expectNoSecret(redactText(text));
  });

  it.each([
    'https://b.oss-cn-hangzhou.aliyuncs.com/design=1/a%20b%2Fc.txt?versionId=CAEQ&x-oss-process=image%2Fresize',
    'the security token: it has expired',
    'x-oss-signature-version=OSS4-HMAC-SHA256',
    `sha256/${SIGNATURE}.bin`,
    '100%',
  ])('leaves every other text as it is: %s', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('never fails, whatever the text, and reads no more than its limit', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof redactText(text) === 'string'));
    expect(redactText('a'.repeat(100_000))).toHaveLength(65_536);
  });
});

describe('isSecretName', () => {
  it.each([
    'Signature',
    'x-oss-signature',
    'amp;X-OSS-SIGNATURE',
    'security-token',
    'X-Amz-Security-Token',
    'auth_key',
  ])('knows %s', (name) => expect(isSecretName(name)).toBe(true));
  it.each(['x-oss-signature-version', 'Expires', 'design', 'x-oss-credential', 'tokens'])(
    'does not take %s for one',
    (name) => expect(isSecretName(name)).toBe(false),
  );
});
