import type { Credentials } from '@ossgrant/credentials-core';
import type { Endpoint } from '../src/endpoint.ts';
import type { OssRequest, SignedRequest, UrlSignOptions } from '../src/request/request.ts';
import { signHeadersV1, signUrlV1 } from '../src/sign/sign-v1.ts';
import { signHeadersV4, signUrlV4 } from '../src/sign/sign-v4.ts';
import { parseWireUrl } from './parse-wire-url.ts';

/** One of the four public signers. Header signers ignore `expiresInSeconds`. */
export interface Signer {
  readonly name: string;
  readonly version: 'v1' | 'v4';
  readonly inUrl: boolean;
  sign(request: OssRequest, credentials: Credentials, options: UrlSignOptions): SignedRequest;
}

export const FOUR_SIGNERS: readonly Signer[] = [
  { name: 'signHeadersV1', version: 'v1', inUrl: false, sign: signHeadersV1 },
  { name: 'signUrlV1', version: 'v1', inUrl: true, sign: signUrlV1 },
  { name: 'signHeadersV4', version: 'v4', inUrl: false, sign: signHeadersV4 },
  { name: 'signUrlV4', version: 'v4', inUrl: true, sign: signUrlV4 },
];

export function signatureOf(signed: SignedRequest): string {
  const authorization = signed.headers['authorization'];
  const { query } = parseWireUrl(signed.origin + signed.path);
  const signature = authorization?.split(/Signature=|:/).at(-1) ?? query['Signature'] ?? query['x-oss-signature'];
  if (signature === undefined) throw new Error('nothing is signed');
  return signature;
}

export const ENDPOINT: Endpoint = {
  origin: 'https://oss-cn-hangzhou.aliyuncs.com',
  addressing: 'virtual-host',
  region: 'cn-hangzhou',
  product: 'oss',
};

/** The least that can be signed. */
export const GET: OssRequest = { method: 'GET', endpoint: ENDPOINT, bucket: 'examplebucket', key: 'dir/a b.txt' };
export const OWNER: Credentials = { accessKeyId: 'LTAIexample', accessKeySecret: 'secret-of-the-owner' };
export const SESSION: Credentials = {
  accessKeyId: 'STS.example',
  accessKeySecret: 'secret-of-the-session',
  securityToken: 'CAIS+/token==',
};
export const AT: UrlSignOptions = { date: new Date('2024-05-06T07:08:09Z'), expiresInSeconds: 900 };
