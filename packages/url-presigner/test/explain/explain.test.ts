import type { Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV1, signHeadersV4 } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresigner } from '../../src/create-presigner.ts';
import type { CauseCode } from '../../src/explain/cause.ts';
import { explain } from '../../src/explain/explain.ts';
import type { ExplainInput } from '../../src/explain/facts.ts';
import type { PresignerOptions, PresignFields } from '../../src/presigner.ts';
import { assumeRole } from '../assume-role.ts';
import { sendRaw } from '../send-raw.ts';

let oss: LocalOss;
let modern: LocalOss;
let session: Credentials;
let other: Credentials;
beforeAll(async () => {
  oss = await startLocalOss({ cnames: { 'files.example.test': 'my-bucket' } });
  modern = await startLocalOss({ v1: 'refuse' });
  await oss.put('my-bucket', 'a.txt', 'content');
  await oss.put('my-bucket', 'a b+c.txt', 'content');
  session = await assumeRole(oss);
  other = await assumeRole(oss);
});
afterAll(() => Promise.all([oss.close(), modern.close()]));

type Sent = Pick<ExplainInput, 'url' | 'method' | 'headers'>;

const sign = async (fields: Partial<PresignFields> = {}, options: Partial<PresignerOptions> = {}): Promise<string> => {
  const presigner = createPresigner({
    endpoint: oss.endpoint,
    region: oss.region,
    bucket: 'my-bucket',
    credentials: oss.owner,
    clock: { now: () => oss.clock.now().getTime(), monotonic: () => 0 },
    ...options,
  });
  return (await presigner.presign({ key: 'a.txt', ...fields })).url;
};

/** Sends what must be refused, and asks why, with the secret and the server's answer. */
async function refusalOf(sent: Sent, more: Partial<ExplainInput> = {}, server = oss) {
  const { status, error } = await sendRaw(server.endpoint, { method: 'GET', headers: {}, ...sent });
  expect(status).toBeGreaterThanOrEqual(400);
  const input = { ...sent, error, credentials: server.owner, now: server.clock.now(), ...more };
  return { input, explanation: explain(input) };
}

const expectCause = async (code: CauseCode, sent: Sent, more?: Partial<ExplainInput>, server?: LocalOss) => {
  const { input, explanation } = await refusalOf(sent, more, server);
  expect(explanation.causes[0]).toMatchObject({ code, certainty: 'certain' });
  for (const cause of explanation.causes) expect(cause.fix).not.toBe('');
  expectNoSecret(explanation, input);
};

function expectNoSecret(explanation: object, { url, credentials }: ExplainInput): void {
  const shown = JSON.stringify(explanation);
  for (const name of ['x-oss-signature', 'Signature', 'x-oss-security-token', 'security-token']) {
    const value = new RegExp(`[?&]${name}=([^&]{8,})`).exec(url)?.[1];
    if (value !== undefined)
      for (const text of [value, decodeURIComponent(value.replace(/%.?$/, ''))]) expect(shown).not.toContain(text);
  }
  expect(shown).not.toContain(credentials?.accessKeySecret ?? '-');
}

describe.each(['v4', 'v1'] as const)('names what was done to a %s link that the server refuses', (version) => {
  const link = (fields: Partial<PresignFields> = {}) => sign(fields, { version });

  it('HEAD on a GET link', async () => expectCause('METHOD_DIFFERS', { url: await link(), method: 'HEAD' }));

  it('a Content-Type that was not signed', async () =>
    expectCause('CONTENT_TYPE_NOT_SIGNED', { url: await link(), headers: { 'Content-Type': 'text/plain' } }));

  it('an x-oss header that was added', async () =>
    expectCause('HEADER_NOT_SIGNED', { url: await link(), headers: { 'x-oss-range-behavior': 'standard' } }));

  it('a parameter that was appended', async () =>
    expectCause('PARAMETER_APPENDED', { url: `${await link()}&x-oss-process=image%2Fresize%2Cw_9` }));

  it('a parameter that was put in front', async () =>
    expectCause('PARAMETER_APPENDED', { url: (await link()).replace('?', '?response-expires=0&') }));

  it('a space that became a plus', async () =>
    expectCause('PLUS_FOR_SPACE', { url: (await link({ key: 'a b+c.txt' })).replaceAll('%20', '+') }));

  it('a plus that was decoded in a parameter', async () => {
    const url = await link({ response: { contentLanguage: 'a+b' } });
    await expectCause('PLUS_FOR_SPACE', { url: url.replaceAll('%2B', '+') });
  });

  it('a path that was encoded twice', async () =>
    expectCause('DOUBLE_ENCODED', { url: (await link({ key: 'a b+c.txt' })).replace('a%20b', 'a%2520b') }));

  it('a key that was normalised', async () => {
    const url = await link({ key: 'e\u0301.txt' });
    await expectCause('UNICODE_FORM', { url: url.replace('e%CC%81', '%C3%A9') });
  });

  it('a wrong secret', async () => {
    const credentials = { ...oss.owner, accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong' };
    const { explanation } = await refusalOf({ url: await sign({}, { version, credentials }) });
    expect(explanation.causes).toMatchObject([{ code: 'WRONG_SECRET', certainty: 'likely' }]);
  });

  it('a key that was edited, as far as it can be known', async () => {
    const { explanation } = await refusalOf({ url: (await link()).replace('a.txt', 'b.txt') });
    expect(explanation.causes).toMatchObject([
      { code: 'WRONG_SECRET', certainty: 'likely', message: expect.stringContaining('changed after it was signed') },
    ]);
  });

  it('a link as in the source of a page', async () =>
    expectCause('HTML_ESCAPED', { url: (await link()).replaceAll('&', '&amp;') }));

  it('a link that has expired', async () => {
    const past = oss.clock.now().getTime() - 3_600_000;
    const url = await sign({}, { version, clock: { now: () => past, monotonic: () => 0 } });
    await expectCause('EXPIRED', { url });
  });

  it('a temporary key without its token', async () => {
    const url = await sign({}, { version, credentials: session });
    const cut = url.replace(/&(?:x-oss-)?security-token=[^&]*/, '');
    await expectCause('TOKEN_MISSING', { url: cut }, { credentials: session });
  });

  it('the token of another key', async () => {
    const { accessKeyId, accessKeySecret } = session;
    const credentials = { accessKeyId, accessKeySecret, securityToken: other.securityToken ?? '' };
    const url = await sign({}, { version, credentials });
    await expectCause('TOKEN_OF_ANOTHER_KEY', { url }, { credentials: session });
  });

  it('a token that has expired', async () => {
    const short = await assumeRole(oss);
    const url = await sign({}, { version, credentials: short });
    oss.expireToken(short);
    await expectCause('TOKEN_EXPIRED', { url }, { credentials: short });
  });

  it('a bucket that stands in the path of its own domain', async () => {
    const url = (await link()).replace(/\/\/[^/]+/, '//files.example.test');
    await expectCause('BUCKET_MISPLACED', { url }, { bucket: 'my-bucket' });
  });

  it('a path without the bucket where it is needed', async () => {
    const url = (await link({ key: 'dir/a.txt' })).replace('/my-bucket/dir/', '/dir/');
    await expectCause('BUCKET_MISPLACED', { url }, { bucket: 'my-bucket' });
  });

  it('path style on a host of OSS', async () => {
    const url = (await link()).replace(/\/\/[^/]+/, `//oss-${oss.region}.aliyuncs.com`);
    await expectCause('BUCKET_MISPLACED', { url });
  });

  it('a link that was cut off', async () => {
    const url = await link();
    await expectCause('CUT_OFF', {
      url: version === 'v4' ? url.slice(0, -9) : url.replace(/(Signature=[^&]{9})[^&]*/, '$1'),
    });
  });

  it('a slash that was decoded beside a dot segment', async () => {
    const url = await link({ key: 'dir/../a.txt' });
    const decoded = url.replaceAll(/%2F(?=\.\.)|(?<=\.\.)%2F/g, '/');
    // What fetch makes of it: the segment is gone, and with it the key that was signed.
    expect((await fetch(decoded)).status).toBe(403);
    expect(explain({ url: decoded, credentials: oss.owner }).causes[0]?.code).toBe('SLASH_DECODED');
  });
});

describe('names what only V4 links suffer', () => {
  it('another region', async () => expectCause('WRONG_REGION', { url: await sign({}, { region: 'cn-beijing' }) }));

  it('a region written with "oss-"', async () => {
    const url = (await sign()).replace(`%2F${oss.region}%2F`, `%2Foss-${oss.region}%2F`);
    await expectCause('REGION_WITH_PREFIX', { url });
  });

  it('a date in the future', async () => {
    const ahead = oss.clock.now().getTime() + 3_600_000;
    await expectCause('NOT_YET_VALID', { url: await sign({}, { clock: { now: () => ahead, monotonic: () => 0 } }) });
  });

  it('a whole link that was encoded twice', async () => {
    await expectCause('DOUBLE_ENCODED', { url: (await sign()).replaceAll('%', '%25') });
  });

  it('a host that was signed and changed', async () => {
    const url = (await sign({ additionalHeaders: ['host'] })).replace('127.0.0.1', 'localhost');
    await expectCause('HOST_CHANGED', { url }, { endpoint: { endpoint: oss.endpoint } });
  });
});

describe('names what else the server refuses', () => {
  it('V1 where it is refused', async () => {
    const url = await sign({}, { version: 'v1', endpoint: modern.endpoint, credentials: modern.owner });
    await expectCause('V1_REFUSED', { url }, {}, modern);
  });

  it('a V1 signature whose plus was not escaped', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key-${index}`);
    const urls = await Promise.all(keys.map((key) => sign({ key }, { version: 'v1' })));
    const url = urls.find((text) => /Signature=[^&]*%2B/.test(text)) ?? '';
    await expectCause('PLUS_FOR_SPACE', { url: url.replace(/(?<=Signature=[^&]*)%2B/g, '+') });
  });

  it('S3 signing', async () => {
    const url = `${oss.endpoint}/my-bucket/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${'0'.repeat(64)}`;
    await expectCause('S3_SIGNING', { url });
  });

  it.each([signHeadersV4, signHeadersV1])('a clock that is an hour slow, in signed headers: %o', async (signer) => {
    const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
    const date = new Date(oss.clock.now().getTime() - 3_600_000);
    const signed = signer({ method: 'GET', endpoint, bucket: 'my-bucket', key: 'a.txt' }, oss.owner, { date });
    await expectCause('CLOCK_SKEWED', { url: signed.origin + signed.path, headers: signed.headers });
  });

  it.each([signHeadersV4, signHeadersV1])('a header added to signed headers: %o', async (signer) => {
    const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
    const request = { method: 'GET', endpoint, bucket: 'my-bucket', key: 'a.txt' };
    const signed = signer(request, oss.owner, { date: oss.clock.now() });
    const headers = { ...signed.headers, 'x-oss-traffic-limit': '819200' };
    await expectCause('HEADER_NOT_SIGNED', { url: signed.origin + signed.path, headers });
  });
});
