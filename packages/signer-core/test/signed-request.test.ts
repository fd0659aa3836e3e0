import fc from 'fast-check';
import * as steps from '../src/steps/index.ts';
import { describe, expect, it } from 'vitest';
import type { SignedRequest } from '../src/request/request.ts';
import { anySigning } from './any-signing.ts';
import { AT, FOUR_SIGNERS, GET, OWNER, SESSION, signatureOf, type Signer } from './four-signers.ts';
import { parseWireUrl } from './parse-wire-url.ts';

/** What a server computes from nothing but the request line, the headers and the secret. */
function signatureByServer({ version, inUrl }: Signer, signed: SignedRequest, secret: string): string {
  const { host, decodedPath, query } = parseWireUrl(signed.origin + signed.path);
  const bucket = host.split('.')[0];
  const key = decodedPath.slice(1);
  const headers = steps.toHeaderMap({ host, ...signed.headers });
  if (version === 'v1') {
    const { OSSAccessKeyId: _id, Expires, Signature: _signature, ...rest } = query;
    const resource = steps.canonicalResourceV1({ bucket, key, query: Object.entries(rest) });
    const dateLine = inUrl ? (Expires ?? '') : (headers.get('x-oss-date') ?? '');
    return steps.signatureV1(secret, steps.stringToSignV1({ method: signed.method, headers, dateLine, resource }));
  }
  const authorization = headers.get('authorization') ?? '';
  const credential = query['x-oss-credential'] ?? /Credential=([^,]+)/.exec(authorization)?.[1] ?? '';
  const wanted = query['x-oss-additional-headers'] ?? /AdditionalHeaders=([^,]+)/.exec(authorization)?.[1];
  const additionalHeaders = wanted?.split(';') ?? [];
  const [day = '', region = '', product = ''] = credential.split('/').slice(-4);
  const canonicalRequest = steps.canonicalRequestV4({
    method: signed.method,
    uri: steps.canonicalUriV4(bucket, key),
    query: steps.canonicalQueryV4(Object.entries(query)),
    headers: steps.canonicalHeadersV4(headers, additionalHeaders),
    additionalHeaders,
  });
  const timestamp = query['x-oss-date'] ?? headers.get('x-oss-date') ?? '';
  const scope = { day, region, product };
  const stringToSign = steps.stringToSignV4({ timestamp, scope: steps.scopeTextV4(scope), canonicalRequest });
  return steps.signatureV4(steps.signingKeyV4(secret, scope), stringToSign);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('what %s returns', (_name, signer) => {
  it('verifies from the wire alone', () => {
    fc.assert(
      fc.property(anySigning, fc.boolean(), ({ request, credentials, options }, withHost) => {
        const wanted = { ...request, headers: { ...request.headers, Range: 'bytes=0-9' } };
        const additionalHeaders = withHost ? ['Host', 'range', 'absent'] : [];
        const signed = signer.sign({ ...wanted, additionalHeaders }, credentials, options);
        expect(signatureByServer(signer, signed, credentials.accessKeySecret)).toBe(signatureOf(signed));
      }),
    );
  });

  it('is made without changing the arguments, frozen ones too', () => {
    fc.assert(
      fc.property(anySigning, (signing) => {
        const before = JSON.stringify(signing);
        const { request, credentials, options } = deepFreeze(signing);
        const first = signer.sign(request, credentials, options);
        expect(JSON.stringify(signing)).toBe(before);
        expect(signer.sign(request, credentials, options)).toEqual(first);
      }),
    );
  });

  it('shares nothing with the arguments', () => {
    const headers = { 'x-oss-meta-a': '1' };
    const signed = signer.sign({ ...GET, headers }, OWNER, AT);
    headers['x-oss-meta-a'] = '2';
    expect(signed.headers['x-oss-meta-a']).toBe('1');
  });

  it('names every header that must be sent, in lower case and trimmed', () => {
    const { headers } = signer.sign({ ...GET, headers: { 'X-Oss-Meta-A': ' 1 ', Range: 'bytes=0-1' } }, SESSION, AT);
    expect(headers).toMatchObject({ 'x-oss-meta-a': '1', range: 'bytes=0-1' });
    expect(Object.keys(headers).sort()).toEqual(
      signer.inUrl ? ['range', 'x-oss-meta-a'] : expect.arrayContaining(['authorization', 'x-oss-security-token']),
    );
  });

  it('puts the token in one place only', () => {
    const signed = signer.sign(GET, SESSION, AT);
    const inQuery = parseWireUrl(signed.origin + signed.path).query;
    const places = {
      header: signed.headers['x-oss-security-token'],
      v1: inQuery['security-token'],
      v4: inQuery['x-oss-security-token'],
    };
    const place = signer.inUrl ? signer.version : 'header';
    expect(places).toEqual({ header: undefined, v1: undefined, v4: undefined, [place]: SESSION.securityToken });
  });

  it('signs the method in upper case and returns it so', () => {
    const signed = signer.sign({ ...GET, method: 'get' }, OWNER, AT);
    expect(signed).toEqual(signer.sign(GET, OWNER, AT));
    expect(signed.method).toBe('GET');
  });

  it('writes null and empty values as bare names', () => {
    const nothing = signer.sign({ ...GET, query: { acl: null } }, OWNER, AT);
    expect(signer.sign({ ...GET, query: { acl: '' } }, OWNER, AT)).toEqual(nothing);
    expect(nothing.path).toMatch(/[?&]acl(&|$)/);
  });

  it('joins a header that is given twice in different case', () => {
    const twice = signer.sign({ ...GET, headers: { 'x-oss-meta-a': '1', 'X-OSS-META-A': '2' } }, OWNER, AT);
    expect(twice).toEqual(signer.sign({ ...GET, headers: { 'x-oss-meta-a': '1,2' } }, OWNER, AT));
  });
});
