import OSS from 'ali-oss';
import {
  resolveEndpoint,
  SigningError,
  signHeadersV1,
  signHeadersV4,
  signUrlV1,
  signUrlV4,
} from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAliOss, partsOf, requestOf, sendWithAliOss, type SigningInput } from './ali-oss-signing-client.ts';

// Differences of ali-oss 6.23.0: each quirk that the differential test leaves out, shown.
const now = new Date('2026-01-02T03:04:05Z');
const expires = 900;
const INPUT: SigningInput = {
  method: 'GET',
  region: 'cn-hangzhou',
  bucket: 'examplebucket',
  key: 'a.txt',
  addressing: 'virtual-host',
  query: {},
  headers: {},
  additionalHeaders: [],
  credentials: { accessKeyId: 'LTAIexample', accessKeySecret: 'secret' },
  now,
  expires,
};
const at = { date: now, expiresInSeconds: expires };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now });
});
afterEach(() => {
  vi.useRealTimers();
});

const oursV4 = (query: SigningInput['query']): object =>
  partsOf(urlOf(signUrlV4(requestOf({ ...INPUT, query }), INPUT.credentials, at))).query;
const theirsV4 = async (query: SigningInput['query']): Promise<object> =>
  partsOf(await createAliOss(INPUT).signatureUrlV4('GET', expires, { queries: query }, INPUT.key)).query;
const urlOf = ({ origin, path }: { readonly origin: string; readonly path: string }): string => origin + path;

describe('ali-oss V1 gives one signature to two requests', () => {
  const collidingKey = 'a.txt?response-expires=0';
  const parameter = { 'response-expires': '0' };
  const signatureOf = (url: string): string | undefined => /[?&]Signature=([^&]*)/.exec(url)?.[1];

  it('in URLs: a key that holds "?" and another key with that parameter', () => {
    const withKey = createAliOss(INPUT).signatureUrl(collidingKey, { expires });
    const withParameter = createAliOss(INPUT).signatureUrl('a.txt', { expires, response: { expires: '0' } });
    expect(signatureOf(withKey)).toBeDefined();
    expect(signatureOf(withKey)).toBe(signatureOf(withParameter));
    expect(partsOf(withKey).path).not.toBe(partsOf(withParameter).path);
  });

  it('in headers too', async () => {
    const withKey = await sendWithAliOss(
      { ...INPUT, key: collidingKey, headers: { 'Content-Type': 'a/b' } },
      {},
      false,
    );
    const withParameter = await sendWithAliOss(
      { ...INPUT, headers: { 'Content-Type': 'a/b' } },
      { subres: parameter },
      false,
    );
    expect(withKey.headers['authorization']).toBe(withParameter.headers['authorization']);
  });

  it('ours refuses the key, and signs the parameter as ali-oss does', () => {
    for (const sign of [signHeadersV1, signUrlV1]) {
      const refused = (): unknown => sign(requestOf({ ...INPUT, key: collidingKey }), INPUT.credentials, at);
      expect(refused).toThrowError(SigningError);
      expect(refused).toThrowError(expect.objectContaining({ code: 'KEY_AMBIGUOUS_IN_V1' }));
    }
    const signed = signUrlV1(requestOf({ ...INPUT, query: parameter }), INPUT.credentials, at);
    expect(signatureOf(urlOf(signed))).toBe(
      signatureOf(createAliOss(INPUT).signatureUrl('a.txt', { expires, subResource: { ...parameter } })),
    );
  });

  it('in the same way a value that holds "&" collides, and ours refuses it', () => {
    const one = createAliOss(INPUT).signatureUrl('a.txt', { expires, subResource: { versionId: '1&x-oss-process=p' } });
    const two = createAliOss(INPUT).signatureUrl('a.txt', {
      expires,
      subResource: { versionId: '1', 'x-oss-process': 'p' },
    });
    expect(signatureOf(one)).toBe(signatureOf(two));
    const request = requestOf({ ...INPUT, query: { versionId: '1&x-oss-process=p' } });
    expect(() => signUrlV1(request, INPUT.credentials, at)).toThrowError(
      expect.objectContaining({ code: 'VALUE_AMBIGUOUS_IN_V1' }),
    );
  });
});

describe('ali-oss V4', () => {
  it('sorts parameters by locale, where OSS and every other SDK sort by bytes', async () => {
    const lower = { alpha: '1', beta: '2' };
    expect(await theirsV4(lower)).toEqual(oursV4(lower));
    const mixed = { Zeta: '1', alpha: '2', Beta: '3' };
    const { 'x-oss-signature': theirs, ...theirQuery } = (await theirsV4(mixed)) as Record<string, string>;
    const { 'x-oss-signature': ours, ...ourQuery } = oursV4(mixed) as Record<string, string>;
    expect(theirQuery).toEqual(ourQuery);
    expect(theirs).not.toBe(ours);
  });

  it('signs "name=" for an empty value, where every other SDK signs "name"; with null it agrees', async () => {
    expect(await theirsV4({ acl: null })).toEqual(oursV4({ acl: null }));
    expect(oursV4({ acl: '' })).toEqual(oursV4({ acl: null }));
    expect(await theirsV4({ acl: '' })).not.toEqual(oursV4({ acl: '' }));
  });

  it('signs for cn-hangzhou when the endpoint says another region and none is named; ours reads the endpoint', async () => {
    const endpoint = 'https://oss-cn-beijing.aliyuncs.com';
    const client = new OSS({ accessKeyId: 'id', accessKeySecret: 's', bucket: 'examplebucket', endpoint });
    const theirs = decodeURIComponent(await client.signatureUrlV4('GET', expires, {}, 'a.txt'));
    expect(theirs).toMatch(
      /^https:\/\/examplebucket\.oss-cn-beijing\.aliyuncs\.com\/.*\/cn-hangzhou\/oss\/aliyun_v4_request/,
    );
    const request = requestOf(INPUT, { endpoint: resolveEndpoint({ endpoint }) });
    expect(decodeURIComponent(signUrlV4(request, INPUT.credentials, at).path)).toContain('/cn-beijing/oss/');
  });

  it('throws for an additional header that is not sent, which other SDKs and ours leave out', async () => {
    const client = createAliOss(INPUT);
    await expect(client.signatureUrlV4('GET', expires, {}, 'a.txt', ['range'])).rejects.toThrow(/additional header/);
    const request = requestOf({ ...INPUT, additionalHeaders: ['range'] });
    expect(signUrlV4(request, INPUT.credentials, at).path).not.toContain('additional-headers');
  });
});

describe('ali-oss in a V1 URL', () => {
  it('strips leading slashes from the key; ours refuses such a key instead of signing another', () => {
    expect(createAliOss(INPUT).signatureUrl('//a.txt', { expires })).toBe(
      createAliOss(INPUT).signatureUrl('a.txt', { expires }),
    );
    for (const sign of [signUrlV1, signUrlV4, signHeadersV1, signHeadersV4]) {
      const refused = (): unknown => sign(requestOf({ ...INPUT, key: '/a.txt' }), INPUT.credentials, at);
      expect(refused).toThrowError(expect.objectContaining({ code: 'INVALID_KEY' }));
    }
  });

  it("writes its own parameters into the caller's options; ours changes nothing", () => {
    const options: Record<string, unknown> = { expires, subResource: {}, process: 'image/info' };
    createAliOss({ ...INPUT, credentials: { ...INPUT.credentials, securityToken: 'TOKEN' } }).signatureUrl(
      'a.txt',
      options,
    );
    expect(options).toEqual({
      expires,
      process: 'image/info',
      method: 'GET',
      'security-token': 'TOKEN',
      subResource: { 'x-oss-process': 'image/info', 'security-token': 'TOKEN' },
    });
  });

  it('leaves !()* of the key as they are, and ours escapes them: both are the same key', () => {
    const key = "!'()*.txt";
    const theirs = createAliOss(INPUT).signatureUrl(key, { expires });
    const ours = urlOf(signUrlV1(requestOf({ ...INPUT, key }), INPUT.credentials, at));
    expect(theirs).toContain('/!%27()*.txt?');
    expect(ours).toContain('/%21%27%28%29%2A.txt?');
    expect(partsOf(ours)).toEqual(partsOf(theirs));
  });

  it('lower-cases the names of response overrides', () => {
    const response = { 'Content-Type': 'a/b' };
    expect(partsOf(createAliOss(INPUT).signatureUrl('a.txt', { expires, response })).query).toEqual(
      partsOf(
        urlOf(signUrlV1(requestOf({ ...INPUT, query: { 'response-content-type': 'a/b' } }), INPUT.credentials, at)),
      ).query,
    );
  });

  it('rounds the second, so that a link may live half a second longer than it says; ours goes down', () => {
    vi.setSystemTime(new Date(now.getTime() + 500));
    const { Expires: theirs } = partsOf(createAliOss(INPUT).signatureUrl('a.txt', { expires })).query as {
      Expires: string;
    };
    const signed = signUrlV1(requestOf(INPUT), INPUT.credentials, { ...at, date: new Date() });
    const { Expires: ours } = partsOf(urlOf(signed)).query as { Expires: string };
    expect(Number(theirs) - Number(ours)).toBe(1);
  });

  it('cannot sign for an IP address, where ours addresses by path', () => {
    const client = new OSS({
      accessKeyId: 'id',
      accessKeySecret: 's',
      bucket: 'examplebucket',
      endpoint: 'http://127.0.0.1:9000',
    });
    expect(() => client.signatureUrl('a.txt', {})).toThrow(/endpoint is IP/);
  });
});
