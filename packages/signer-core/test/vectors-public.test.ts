import type { Credentials } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint, type Endpoint } from '../src/endpoint.ts';
import type { OssRequest, SignedRequest } from '../src/request/request.ts';
import { signHeadersV1, signUrlV1 } from '../src/sign/sign-v1.ts';
import { signHeadersV4, signUrlV4 } from '../src/sign/sign-v4.ts';
import { loadVectors, type Vector, type VectorInput } from './load-vectors.ts';
import { parseWireUrl } from './parse-wire-url.ts';
import { stepsV1, stepsV4 } from './sign-vector.ts';

/** Vectors that the public functions refuse, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  // A tab in the key.
  'ali-oss-oracle: v1-header-7': 'INVALID_TEXT',
  'ali-oss-oracle: v1-url-16': 'INVALID_TEXT',
  'ali-oss-oracle: v4-url-21': 'INVALID_TEXT',
  // A "?" in the key.
  'ali-oss-oracle: v1-header-14': 'KEY_AMBIGUOUS_IN_V1',
  'ali-oss-oracle: v1-url-7': 'KEY_AMBIGUOUS_IN_V1',
  // The key id is empty.
  'ruby-sdk: root': 'INVALID_CONFIG',
  'ruby-sdk: resource path given without trailing slash (/bucket)': 'INVALID_CONFIG',
  'ruby-sdk: x-oss-copy-source': 'INVALID_CONFIG',
  'ruby-sdk: append+position=0': 'INVALID_CONFIG',
};

/** Senders that put the date into `Date` only. The public functions always send `x-oss-date`, which is signed. */
const SENT_WITHOUT_X_OSS_DATE: readonly string[] = [
  'docs: docs V1 header example',
  'android-sdk: v4 header',
  'android-sdk: v4 header + STS',
  'android-sdk: v4 header + STS + additional',
];

/** The vector's URL is for key "key 123", its signature for key "key": the URL cannot serve as an example. */
const URL_OF_ANOTHER_KEY = 'php-sdk-v2: v1 url, path "key 123" but signing key "key" (test quirk)';

describe.each([
  { scheme: 'v1-header', sign: signV1Header, steps: stepsV1 },
  { scheme: 'v1-url', sign: signV1Url, steps: stepsV1 },
  { scheme: 'v4-header', sign: signV4Header, steps: stepsV4 },
  { scheme: 'v4-url', sign: signV4Url, steps: stepsV4 },
])('the public function for $scheme', ({ scheme, sign, steps }) => {
  const vectors = loadVectors(scheme);
  const accepted = vectors.filter(({ id }) => REFUSED[id] === undefined);

  it.each(accepted.map((vector) => [vector.id, vector] as const))('signs as %s', (id, vector) => {
    const signed = sign(vector);
    const resent = SENT_WITHOUT_X_OSS_DATE.includes(id);
    expect(signatureOf(signed)).toBe(resent ? steps(withOssDate(vector)).signature : signatureIn(vector));
    if (vector.expected.url !== undefined && id !== URL_OF_ANOTHER_KEY) expectSameUrl(signed, vector.expected.url);
  });

  it.each(vectors.filter(({ id }) => REFUSED[id] !== undefined).map((vector) => [vector.id, vector] as const))(
    'refuses %s',
    (id, vector) => {
      expect(() => sign(vector)).toThrowError(expect.objectContaining({ code: REFUSED[id] }));
    },
  );
});

it('names no exception that has no vector', () => {
  const known = ['v1-header', 'v1-url', 'v4-header', 'v4-url'].flatMap((scheme) => loadVectors(scheme));
  const ids = new Set(known.map(({ id }) => id));
  expect(ids.size).toBe(known.length);
  expect(
    [...Object.keys(REFUSED), ...SENT_WITHOUT_X_OSS_DATE, URL_OF_ANOTHER_KEY].filter((id) => !ids.has(id)),
  ).toEqual([]);
});

it('infers region and product of a cloud box from its host as the vectors state them', () => {
  const boxes = loadVectors('v4-header').filter(({ input }) => input.endpoint?.startsWith('cb-'));
  expect(boxes.length).toBe(3);
  for (const { input } of boxes) {
    const { endpoint = '', region, product } = input;
    expect(resolveEndpoint({ endpoint })).toMatchObject({ region, product });
  }
});

function signV1Header({ input }: Vector): SignedRequest {
  return signHeadersV1(requestOf(input), credentialsOf(input), { date: new Date(input.date ?? Number.NaN) });
}

function signV1Url({ input }: Vector): SignedRequest {
  const expires = input.expires ?? Number.NaN;
  const expiresInSeconds = input.expiresIn ?? 60;
  const date = new Date((expires - expiresInSeconds) * 1000);
  return signUrlV1(requestOf(input), credentialsOf(input), { date, expiresInSeconds });
}

function signV4Header({ input }: Vector): SignedRequest {
  return signHeadersV4(requestOf(input), credentialsOf(input), { date: new Date((input.now ?? Number.NaN) * 1000) });
}

function signV4Url({ input }: Vector): SignedRequest {
  const date = new Date((input.now ?? Number.NaN) * 1000);
  return signUrlV4(requestOf(input), credentialsOf(input), { date, expiresInSeconds: input.expires ?? Number.NaN });
}

function requestOf(input: VectorInput): OssRequest {
  const { method, query, additionalHeaders = [] } = input;
  // The signers set the token's header themselves and refuse it from outside.
  const headers = Object.fromEntries(
    Object.entries(input.headers).filter(([name]) => name.toLowerCase() !== 'x-oss-security-token'),
  );
  return {
    method,
    endpoint: endpointOf(input),
    ...(input.bucket === null ? {} : { bucket: input.bucket }),
    ...(input.key === null ? {} : { key: input.key }),
    query,
    headers,
    additionalHeaders,
  };
}

function endpointOf({ endpoint = 'oss-cn-hangzhou.aliyuncs.com', region, product = 'oss' }: VectorInput): Endpoint {
  const origin = `https://${endpoint.replace(/^https?:\/\//, '')}`;
  return { origin, addressing: 'virtual-host', ...(region === undefined ? {} : { region }), product };
}

function credentialsOf({ ak, sk, token }: VectorInput): Credentials {
  return { accessKeyId: ak, accessKeySecret: sk, ...(token === null ? {} : { securityToken: token }) };
}

function withOssDate(vector: Vector): Vector {
  const { dateHeaderMode: _mode, ...input } = vector.input;
  const date = vector.scheme === 'v1-header' ? { 'x-oss-date': input.date ?? '' } : {};
  return { ...vector, input: { ...input, headers: { ...input.headers, ...date } } };
}

function signatureIn({ expected }: Vector): string | undefined {
  return expected.signature ?? expected.authorization?.split(/Signature=|:/).at(-1);
}

function signatureOf(signed: SignedRequest): string | undefined {
  const authorization = signed.headers['authorization'];
  if (authorization !== undefined) return authorization.split(/Signature=|:/).at(-1);
  const { query } = parseWireUrl(signed.origin + signed.path);
  return query['Signature'] ?? query['x-oss-signature'];
}

// Order and spelling of escapes are free, and some sources say http. Signatures are compared apart: a divergent vector's
// URL carries the other one.
function expectSameUrl(signed: SignedRequest, url: string): void {
  const ours = parseWireUrl(signed.origin + signed.path);
  const theirs = parseWireUrl(url);
  const unsigned = { Signature: '', 'x-oss-signature': '' };
  expect({ host: ours.host, path: ours.decodedPath, query: { ...ours.query, ...unsigned } }).toEqual({
    host: theirs.host,
    path: theirs.decodedPath,
    query: { ...theirs.query, ...unsigned },
  });
}
