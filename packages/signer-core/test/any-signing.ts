import fc from 'fast-check';
import type { Credentials } from '@ossgrant/credentials-core';
import type { OssRequest, UrlSignOptions } from '../src/request/request.ts';
import { ENDPOINT } from './four-signers.ts';

/** Everything that goes into one signature. */
export interface Signing {
  readonly request: OssRequest & { readonly bucket: string; readonly key: string };
  readonly credentials: Credentials & { readonly securityToken: string };
  readonly options: UrlSignOptions;
}

const printable = fc.stringMatching(/^[\x21-\x7e]{1,30}$/);
const keyId = fc.stringMatching(/^[A-Za-z0-9.]{1,30}$/);
// "xn--" would have to decode as a host name.
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/).filter((value) => !value.startsWith('xn--'));
// "?" in a key and "&" in a value are V4's alone; they have tests of their own.
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .map((value) => value.replace(/[\p{Cc}?&]/gu, 'x'));
const key = text.map((value) => value.replace(/^[/\\]/, 'x').replace(/^\.{1,2}$/, 'x'));
// Names that V1 signs too.
const queryName = fc.constantFrom('versionId', 'response-content-type', 'response-expires', 'x-oss-process', 'acl');
const headerName = fc.constantFrom(
  'Content-Type',
  'Content-MD5',
  'x-oss-meta-a',
  'X-Oss-Meta-B',
  'x-oss-range-behavior',
);

/** Any request that all four signers accept. */
export const anySigning: fc.Arbitrary<Signing> = fc.record({
  request: fc.record({
    method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
    endpoint: name.map((region) => ({ ...ENDPOINT, region })),
    bucket: name,
    key,
    query: fc.dictionary(queryName, text, { noNullPrototype: true }),
    headers: fc.dictionary(headerName, printable, { noNullPrototype: true }),
  }),
  credentials: fc.record({ accessKeyId: keyId, accessKeySecret: printable, securityToken: printable }),
  options: fc.record({
    date: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }),
    expiresInSeconds: fc.integer({ min: 1, max: 604_799 }),
  }),
});
