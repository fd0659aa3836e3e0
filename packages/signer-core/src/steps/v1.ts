import { hash } from '#hash';
import type { SigningKey } from '../hash/hash.ts';
import { byteOrder, encodeRfc3986, type HeaderMap } from '../text/wire-text.ts';

/** Makes V1's canonicalized OSS headers: every `x-oss-*` header as a `name:value` line, sorted, each ending in LF. */
export function canonicalOssHeadersV1(headers: HeaderMap): string {
  if (headers.size === 0) return '';
  return [...headers]
    .filter(([name]) => name.startsWith('x-oss-'))
    .sort(([a], [b]) => byteOrder(a, b))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
}

/** The parts of a V1 string to sign. */
export interface StringToSignPartsV1 {
  /** HTTP method in upper case. */
  readonly method: string;
  /** All headers of the request: those that are signed are chosen here. */
  readonly headers: HeaderMap;
  /** In headers: `x-oss-date` or `Date`, as sent. In a URL: `Expires`. */
  readonly dateLine: string;
  /** As `canonicalResourceV1` gives it. */
  readonly resource: string;
}

/** Makes the V1 string to sign. Headers other than Content-MD5, Content-Type and `x-oss-*` are never signed. */
export function stringToSignV1(parts: StringToSignPartsV1): string {
  const { method, headers, dateLine, resource } = parts;
  const md5 = headers.get('content-md5') ?? '';
  const type = headers.get('content-type') ?? '';
  return `${method}\n${md5}\n${type}\n${dateLine}\n${canonicalOssHeadersV1(headers)}${resource}`;
}

// Query parameters that V1 signs: the union of the lists of the official SDKs and gateways, since each leaves some out. Every `x-oss-*`
// parameter is signed too; other names travel unsigned.
const SUB_RESOURCES: ReadonlySet<string> = new Set(
  `accessPoint accessPointConfigForObjectProcess accessPointForObjectProcess accessPointPolicy
  accessPointPolicyForObjectProcess acl append asyncFetch bucketArchiveDirectRead bucketInfo callback callback-var
  cleanRestoredObject cloudboxes cname comp continuation-token cors dataPipeline delete encryption endTime group httpsConfig
  img inventory inventoryId legalHold lifecycle link live location logging metaQuery MetaQuery objectInfo objectMeta
  objectWorm overwriteConfig partNumber
  policy policyStatus position processConfiguration publicAccessBlock qos qosInfo qosRequester
  redundancyTransition referer regionList replication replicationLocation replicationProgress requestPayment
  requesterQosInfo resourceGroup resourcePool resourcePoolBuckets resourcePoolInfo response-cache-control
  response-content-disposition response-content-encoding response-content-language response-content-type
  response-expires responseHeader restore retention rtc seal security-token sequential startTime stat status style
  styleName symlink tagging transferAcceleration udf udfApplication udfApplicationLog udfId udfImage
  udfImageDesc udfName uploadId uploads userDefinedLogFieldsConfig versionId versioning versions vip vod vpcip website withHashContext
  worm wormExtend wormId`.split(/\s+/),
);

/** Whether a query parameter is part of V1's canonicalized resource. Names are compared by case, as the server compares them. */
export function isSubResourceV1(name: string): boolean {
  return name.startsWith('x-oss-') || SUB_RESOURCES.has(name);
}

/** Bucket, key and query of a request, decoded. */
export interface ResourcePartsV1 {
  /** Absent for service requests such as listing buckets. */
  readonly bucket: string | undefined;
  /** Absent for bucket requests. */
  readonly key: string | undefined;
  /** All parameters; those that V1 signs are chosen here. `null` means a bare name, as in `?acl`. */
  readonly query: Iterable<readonly [string, string | null]>;
}

/**
 * Makes V1's canonicalized resource: `/bucket/key` and the signed sub-resources, all as plain text, nothing encoded.
 *
 * Sub-resources are sorted by name, never as joined `name=value` text: that would put `callback-var` before `callback`.
 */
export function canonicalResourceV1(parts: ResourcePartsV1): string {
  const { bucket, key, query } = parts;
  const path = bucket === undefined ? `/${key ?? ''}` : `/${bucket}/${key ?? ''}`;
  const signed: (readonly [string, string | null])[] = [];
  for (const parameter of query) if (isSubResourceV1(parameter[0])) signed.push(parameter);
  if (signed.length === 0) return path;
  signed.sort(([a], [b]) => byteOrder(a, b));
  return `${path}?${signed.map(([name, value]) => (value ? `${name}=${value}` : name)).join('&')}`;
}

/** Makes a V1 signature: base64 of HMAC-SHA1. In a URL it must be percent-encoded: it may hold `+`, `/` and `=`. */
export function signatureV1(accessKeySecret: string, stringToSign: string): string {
  return secretKeyV1(accessKeySecret).sign(stringToSign);
}

/** Prepares a secret for many V1 signatures. */
export function secretKeyV1(accessKeySecret: string): SigningKey {
  return hash.secretKeySha1(accessKeySecret);
}

/** Writes a V1 query as sent: percent-encoded, in the order given, bare names where there is no value. */
export function wireQueryV1(query: Iterable<readonly [string, string | null]>): string {
  let text = '';
  for (const [name, value] of query) {
    if (text !== '') text += '&';
    text += value ? `${encodeRfc3986(name)}=${encodeRfc3986(value)}` : encodeRfc3986(name);
  }
  return text;
}
