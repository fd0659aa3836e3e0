import type { Random } from './random.ts';

/** What goes out over the socket: a request line's parts, headers, a body. */
export interface Hostile {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const METHODS = ['GET', 'GET', 'GET', 'PUT', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND'];
const PIECES = [
  'fuzz-bucket',
  'a.txt',
  '..',
  '.',
  '',
  '%2e%2e',
  '%2F',
  '%5c',
  '%00',
  '%',
  '%zz',
  '%C0%AF',
  '%FF',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '😀',
  '%F0%9F%98%80',
  'con',
  'a'.repeat(300),
  'etc',
  'passwd',
  '*',
  '?',
  '#',
  ';',
  ':',
  '//',
  '\\',
  '+',
];
const NAMES = [
  'acl',
  'regions',
  'bucketInfo',
  'location',
  'policy',
  'cors',
  'lifecycle',
  'uploads',
  'uploadId',
  'partNumber',
  'symlink',
  'restore',
  'objectMeta',
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'marker',
  'continuation-token',
  'encoding-type',
  'versionId',
  'append',
  'position',
  'tagging',
  'versions',
  'versioning',
  'delete',
  'callback',
  'key-marker',
  'version-id-marker',
  'max-parts',
  'x-oss-process',
  'x-oss-traffic-limit',
  'x-oss-signature',
  'x-oss-signature-version',
  'x-oss-credential',
  'x-oss-date',
  'x-oss-expires',
  'x-oss-additional-headers',
  'x-oss-security-token',
  'security-token',
  'OSSAccessKeyId',
  'Expires',
  'Signature',
  'Action',
  'Version',
  'Format',
  'AWSAccessKeyId',
  'X-Amz-Signature',
  'response-content-type',
  '__proto__',
  'constructor',
];
const VALUES = [
  '',
  '0',
  '-1',
  '1e999',
  'NaN',
  '9'.repeat(40),
  'OSS4-HMAC-SHA256',
  'a/20261123/cn-hangzhou/oss/aliyun_v4_request',
  '20261123T120000Z',
  'Mon, 23 Nov 2026 12:00:00 GMT',
  'UNSIGNED-PAYLOAD',
  'host',
  'host;host;;',
  '__proto__',
  '%0D%0AX: y',
  '%',
  '%ZZ',
  '%C3%28',
  'é',
  '../../x',
  'AssumeRole',
  '2015-04-01',
  'JSON',
  'bytes=0-',
  'bytes=-0',
  'bytes=0-99999999999999999999',
  'bytes=1-2,3-4',
  '*',
  'url',
  '1',
  '/',
  'x'.repeat(2000),
];
const HEADERS = [
  'authorization',
  'date',
  'x-oss-date',
  'x-oss-security-token',
  'x-oss-content-sha256',
  'content-type',
  'content-md5',
  'range',
  'if-match',
  'if-modified-since',
  'x-oss-copy-source',
  'x-oss-symlink-target',
  'x-oss-tagging',
  'x-oss-callback',
  'x-oss-callback-var',
  'x-oss-meta-__proto__',
  '__proto__',
  'constructor',
  'host',
  'origin',
  'access-control-request-method',
  'accept-encoding',
  'x-oss-traffic-limit',
  'x-oss-object-acl',
  'x-oss-storage-class',
  'x-acs-action',
  'expect',
  'x-oss-range-behavior',
  'x-oss-metadata-directive',
  'cookie',
  'x-forwarded-for',
];
const AUTHORIZATIONS = [
  'OSS',
  'OSS ',
  'OSS :',
  'OSS a',
  'OSS a:b',
  'OSS a:b:c',
  'OSS4-HMAC-SHA256',
  'OSS4-HMAC-SHA256 ',
  'OSS4-HMAC-SHA256 ,,,',
  'Basic YTpi',
  'OSS4-HMAC-SHA256 Credential=,Signature=',
  'OSS4-HMAC-SHA256 Credential=/////,Signature=x',
  'OSS4-HMAC-SHA256 =,=,=',
  'OSS2 x',
  'AWS a:b',
  'ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=0',
  'OSS4-HMAC-SHA256 Credential=a/20261123/cn-hangzhou/oss/aliyun_v4_request,Signature=0',
];
/** Bodies for readers of XML, forms and policies. */
export const BODIES: readonly string[] = [
  '',
  '<',
  '<a>',
  '<a></b>',
  '<a/>',
  '<a>'.repeat(500),
  '<!DOCTYPE a [<!ENTITY b "&b;&b;">]><a>&b;</a>',
  '<a>&#x110000;</a>',
  '<?xml?><a>]]></a>',
  '<RestoreRequest><Days>-1</Days></RestoreRequest>',
  '<RestoreRequest><Days>__proto__</Days></RestoreRequest>',
  '<CompleteMultipartUpload><Part><PartNumber>NaN</PartNumber></Part></CompleteMultipartUpload>',
  '<__proto__><constructor/></__proto__>',
  '<RefererConfiguration><RefererList><Referer>*?*?*?*</Referer><Referer>&#0;</Referer></RefererList></RefererConfiguration>',
  `<CORSConfiguration><CORSRule><AllowedOrigin>${'?'.repeat(999)}</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>`,
  '<LifecycleConfiguration><Rule><ID>&#x7f;</ID><Status>Enabled</Status><Expiration><Days>1e9</Days></Expiration></Rule></LifecycleConfiguration>',
  '<Tagging><TagSet><Tag><Key>__proto__</Key></Tag></TagSet></Tagging>',
  '<CreateBucketConfiguration><StorageClass>constructor</StorageClass></CreateBucketConfiguration>',
  '{"Version":"1","Statement":[{"Effect":"Allow","Action":"__proto__","Resource":"*","Principal":{"constructor":"*"}}]}',
  '<Delete><Object><Key>__proto__</Key><VersionId>../x</VersionId></Object><Object><Key>../x</Key></Object></Delete>',
  '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  '<VersioningConfiguration><Status>__proto__</Status></VersioningConfiguration>',
  '{"__proto__":{"polluted":1}}',
  '\u0000\u0001',
  'a=b&c',
  '__proto__[polluted]=1&constructor=2',
  'Action=AssumeRole&Version=2015-04-01&Policy={',
  '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n../x\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\nx\r\n--b--\r\n',
  '--b\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--b--',
  '--b\r\n\r\n',
  '--b',
  `--b\r\nContent-Disposition: form-data; name="policy"\r\n\r\n${'A'.repeat(9000)}`,
];
/** Names of form fields that would become headers of the object. */
export const META_NAMES: readonly string[] = [
  'x-oss-meta-a',
  'x-oss-meta-',
  'x-oss-meta-a b',
  'x-oss-meta-a:b',
  'x-oss-meta-a\tb',
  'x-oss-meta-é',
  'x-oss-meta-目',
  'x-oss-meta-\u0000',
  'x-oss-meta-__proto__',
  'content-type',
  'expires',
];
const TYPES = [
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'application/xml',
  'text/plain',
];

// Most requests must get past the decoder, or nothing behind it would be reached.
const isDecodable = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== '';
  } catch {
    return false;
  }
};
const TAME_PIECES = PIECES.filter(isDecodable);
const TAME_VALUES = VALUES.filter((value) => value === '' || isDecodable(value));

/** One request that means no good. */
export function hostileRequest(random: Random): Hostile {
  const [pieces, values] = random.once(4) ? [PIECES, VALUES] : [TAME_PIECES, TAME_VALUES];
  const path = Array.from({ length: random.below(5) }, () => random.pick(pieces)).join('/');
  const pairs = Array.from({ length: random.below(4) }, () => `${random.pick(NAMES)}=${random.pick(values)}`);
  const headers: [string, string][] = Array.from({ length: random.below(6) }, () => [
    random.pick(HEADERS),
    random.pick(VALUES),
  ]);
  if (random.once(4)) headers.push(['authorization', random.pick(AUTHORIZATIONS)]);
  if (random.once(3)) headers.push(['content-type', random.pick(TYPES)]);
  if (random.once(200)) headers.push(['x-oss-meta-huge', 'h'.repeat(random.pick([10_000, 60_000, 70_000]))]);
  const inBucket = !random.once(4);
  const prefix = inBucket ? '/fuzz-bucket/' : random.pick(['/', '/fuzz-bucket', '//', '*', 'http://evil.test/', '']);
  const query = pairs.length === 0 ? '' : `?${pairs.join(random.pick(['&', '&', '&&']))}`;
  const method = random.pick(METHODS);
  return {
    method,
    target: prefix + path + query,
    headers,
    body: method === 'GET' || method === 'HEAD' ? '' : random.pick(BODIES),
  };
}
