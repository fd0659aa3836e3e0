import { hash } from '#hash';
import type { SigningKey } from '../hash/hash.ts';
import { byteOrder, encodePath, encodeRfc3986, type HeaderMap } from '../text/wire-text.ts';

/** OSS accepts no other payload hash (EC 0002-00000214). */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The six parts of a V4 canonical request. */
export interface CanonicalRequestParts {
  /** HTTP method in upper case. */
  readonly method: string;
  /** As `canonicalUriV4` gives it. */
  readonly uri: string;
  /** As `canonicalQueryV4` gives it. */
  readonly query: string;
  /** As `canonicalHeadersV4` gives them: each line ends in LF. */
  readonly headers: string;
  /** As `additionalHeaderNamesV4` gives them. */
  readonly additionalHeaders: readonly string[];
  /** @default 'UNSIGNED-PAYLOAD' */
  readonly payloadHash?: string;
}

/** Joins the parts of a V4 canonical request. */
export function canonicalRequestV4(parts: CanonicalRequestParts): string {
  const { method, uri, query, headers, additionalHeaders, payloadHash = UNSIGNED_PAYLOAD } = parts;
  return `${method}\n${uri}\n${query}\n${headers}\n${additionalHeaders.join(';')}\n${payloadHash}`;
}

/**
 * Makes V4's canonical URI: `/bucket/key`, encoded once, slashes kept, nothing normalised. The bucket is there whatever the
 * addressing; a bucket alone ends in `/`; a service request is `/`.
 */
export function canonicalUriV4(bucket: string | undefined, key: string | undefined): string {
  if (bucket === undefined) return encodePath(`/${key ?? ''}`);
  return encodePath(`/${bucket}/${key ?? ''}`);
}

/** A parameter, percent-encoded. */
export interface EncodedParameter {
  readonly name: string;
  /** `name=value`, or the bare name where there is no value. */
  readonly text: string;
}

/**
 * Makes V4's canonical query: names and values encoded, sorted by encoded name in byte order; an empty or absent value gives the
 * bare name, without `=`. Leaves out `x-oss-signature`, the one parameter that is not signed.
 */
export function canonicalQueryV4(query: Iterable<readonly [string, string | null]>): string {
  return joinQueryV4(encodeQueryV4(query), []);
}

/** Encodes the parameters of a V4 query and sorts them. */
export function encodeQueryV4(query: Iterable<readonly [string, string | null]>): EncodedParameter[] {
  const parameters: EncodedParameter[] = [];
  for (const [name, value] of query) {
    if (name !== 'x-oss-signature') parameters.push(encodeParameter(name, value ?? ''));
  }
  return parameters.length > 1 ? parameters.sort((a, b) => byteOrder(a.name, b.name)) : parameters;
}

/** Joins two sorted lists into one sorted text. */
export function joinQueryV4(some: readonly EncodedParameter[], others: readonly EncodedParameter[]): string {
  let text = '';
  let index = 0;
  for (const parameter of some) {
    for (let other = others[index]; other !== undefined && other.name < parameter.name; other = others[index]) {
      text += `&${other.text}`;
      index += 1;
    }
    text += `&${parameter.text}`;
  }
  for (; index < others.length; index += 1) text += `&${others[index]?.text}`;
  return text.slice(1);
}

function encodeParameter(name: string, value: string): EncodedParameter {
  const encoded = encodeRfc3986(name);
  return { name: encoded, text: value === '' ? encoded : `${encoded}=${encodeRfc3986(value)}` };
}

/** Whether V4 signs a header even when nobody asks for it. */
export function isSignedByDefaultV4(name: string): boolean {
  return name === 'content-type' || name === 'content-md5' || name.startsWith('x-oss-');
}

/**
 * Makes V4's list of additional headers: the wanted names in lower case, each once, sorted, without those that are signed anyway and
 * those that are not sent.
 */
export function additionalHeaderNamesV4(wanted: readonly string[], headers: HeaderMap): readonly string[] {
  if (wanted.length === 0) return [];
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  return [...names].filter((name) => headers.has(name) && !isSignedByDefaultV4(name)).sort(byteOrder);
}

/** Makes V4's canonical headers: `name:value` lines sorted by name, each ending in LF. */
export function canonicalHeadersV4(headers: HeaderMap, additional: readonly string[]): string {
  if (headers.size === 0) return '';
  return [...headers]
    .filter(([name]) => isSignedByDefaultV4(name) || additional.includes(name))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}

/** The algorithm's name in headers, URLs and the string to sign. */
export const ALGORITHM_V4 = 'OSS4-HMAC-SHA256';

/** The parts of a V4 string to sign. */
export interface StringToSignPartsV4 {
  /** `x-oss-date`, as sent. */
  readonly timestamp: string;
  /** As `scopeTextV4` gives it. */
  readonly scope: string;
  /** As `canonicalRequestV4` gives it. */
  readonly canonicalRequest: string;
}

/** The parts of a V4 signature, apart from the key. */
export interface SigningPartsV4 {
  /** HTTP method in upper case. */
  readonly method: string;
  /** As `canonicalUriV4` gives it. */
  readonly uri: string;
  /** As `canonicalQueryV4` gives it. */
  readonly query: string;
  /** All headers of the request: those that are signed are chosen here. */
  readonly headers: HeaderMap;
  /** As `additionalHeaderNamesV4` gives them. */
  readonly additionalHeaders: readonly string[];
  /** @default 'UNSIGNED-PAYLOAD' */
  readonly payloadHash?: string;
}

/** The texts of a V4 signature that differ from request to request. */
export interface SigningTextsV4 {
  /** The text whose SHA-256 is `hash`. */
  readonly canonicalRequest: string;
  /** Ends the string to sign. It begins with what `stringToSignHeadV4` gives, which many requests share. */
  readonly hash: string;
}

/** Makes the texts of a V4 signature. Signers and verifiers both use it, so that the order of the parts is written once. */
export function signingTextsV4(parts: SigningPartsV4): SigningTextsV4 {
  const { method, uri, query, additionalHeaders, payloadHash = UNSIGNED_PAYLOAD } = parts;
  const headers = canonicalHeadersV4(parts.headers, additionalHeaders);
  const canonicalRequest = canonicalRequestV4({ method, uri, query, headers, additionalHeaders, payloadHash });
  return { canonicalRequest, hash: hash.sha256Hex(canonicalRequest) };
}

/** Makes a V4 string to sign: algorithm, timestamp, scope and the hash of the canonical request. */
export function stringToSignV4(parts: StringToSignPartsV4): string {
  return stringToSignHeadV4(parts) + hash.sha256Hex(parts.canonicalRequest);
}

/** Makes all of a string to sign but the hash: the same for all links of one second. */
export function stringToSignHeadV4(parts: Pick<StringToSignPartsV4, 'timestamp' | 'scope'>): string {
  return `${ALGORITHM_V4}\n${parts.timestamp}\n${parts.scope}\n`;
}

/** The scope of a V4 signing key. */
export interface ScopeV4 {
  /** `YYYYMMDD`, UTC. */
  readonly day: string;
  /** Region id such as `cn-hangzhou`; a cloud box has its own id here. */
  readonly region: string;
  /** `oss`, or `oss-cloudbox`. */
  readonly product: string;
}

/** Writes a V4 credential scope: `YYYYMMDD/region/product/aliyun_v4_request`. */
export function scopeTextV4(scope: ScopeV4): string {
  return `${scope.day}/${scope.region}/${scope.product}/aliyun_v4_request`;
}

/** Derives the V4 signing key of a secret for one day, region and product. Four HMACs: worth keeping for the day. */
export function signingKeyV4(accessKeySecret: string, scope: ScopeV4): SigningKey {
  const day = hash.hmacSha256(`aliyun_v4${accessKeySecret}`, scope.day);
  const region = hash.hmacSha256(day, scope.region);
  const product = hash.hmacSha256(region, scope.product);
  return hash.signingKey(hash.hmacSha256(product, 'aliyun_v4_request'));
}

/** Makes a V4 signature: lower-case hex. */
export function signatureV4(key: SigningKey, stringToSign: string): string {
  return key.sign(stringToSign);
}

/** The parts of a V4 `Authorization` header. */
export interface AuthorizationPartsV4 {
  /** Key id of the signer. */
  readonly accessKeyId: string;
  /** As `scopeTextV4` gives it. */
  readonly scope: string;
  /** As `additionalHeaderNamesV4` gives them; left out of the header when empty. */
  readonly additionalHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

/** Writes a V4 `Authorization` header. OSS refuses an empty AdditionalHeaders field (EC 0002-00000209), so it is left out. */
export function authorizationV4(parts: AuthorizationPartsV4): string {
  const additional =
    parts.additionalHeaders.length === 0 ? '' : `,AdditionalHeaders=${parts.additionalHeaders.join(';')}`;
  return `${ALGORITHM_V4} Credential=${parts.accessKeyId}/${parts.scope}${additional},Signature=${parts.signature}`;
}
