import { defined } from '@ossgrant/credentials-core/internal';
import { SIGNATURE_PARAMETERS } from '@ossgrant/signer-core';
import type { ScopeV4 } from '@ossgrant/signer-core/steps';
import { parameterOf, type ParsedLink } from './read-link.ts';

/** The rules that a signature follows. */
export type Scheme = 'oss-v4' | 'oss-v2' | 'oss-v1' | 's3-v4' | 's3-v2' | 'none';

/** What a signed link or request says about itself. Holds the signature and the token: never show it. */
export interface Claim {
  readonly scheme: Scheme;
  readonly place: 'url' | 'header';
  readonly accessKeyId?: string;
  readonly scope?: ScopeV4;
  /** As it stands in the string to sign. */
  readonly timestamp?: string;
  readonly start?: Date;
  readonly end?: Date;
  readonly additionalHeaders: readonly string[];
  readonly signature?: string;
  readonly token?: string;
}

/** Parameters that belong to a signature of OSS or S3, not to what it grants. */
export const LINK_SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set([
  ...SIGNATURE_PARAMETERS,
  ...`AWSAccessKeyId X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Security-Token
  X-Amz-Signature`.split(/\s+/),
]);

/** Reads the signature in a link's query. */
export function claimInUrl(link: ParsedLink): Claim {
  const get = (name: string): string | undefined => parameterOf(link, name);
  const version = get('x-oss-signature-version');
  if (version === 'OSS2') return claimV2(get);
  const isV4 = version ?? get('x-oss-credential') ?? get('x-oss-signature');
  if (isV4 !== undefined) return claimV4(get, 'x-oss-', 'oss-v4');
  if (get('X-Amz-Algorithm') !== undefined || get('X-Amz-Signature') !== undefined) {
    return claimV4(get, 'X-Amz-', 's3-v4');
  }
  if (get('AWSAccessKeyId') !== undefined) return claimV1(get, 'AWSAccessKeyId', 's3-v2');
  if (get('OSSAccessKeyId') !== undefined || get('Signature') !== undefined) {
    return claimV1(get, 'OSSAccessKeyId', 'oss-v1');
  }
  return { scheme: 'none', place: 'url', additionalHeaders: [] };
}

type Get = (name: string) => string | undefined;

function claimV4(get: Get, prefix: 'x-oss-' | 'X-Amz-', scheme: 'oss-v4' | 's3-v4'): Claim {
  const names =
    prefix === 'x-oss-'
      ? ['credential', 'date', 'expires', 'signature', 'security-token', 'additional-headers']
      : ['Credential', 'Date', 'Expires', 'Signature', 'Security-Token', 'SignedHeaders'];
  const [credential, timestamp, expires, signature, token, additional] = names.map((name) => get(prefix + name));
  const start = parseIsoBasic(timestamp);
  const seconds = /^\d{1,9}$/.test(expires ?? '') ? Number(expires) : undefined;
  return defined({
    scheme,
    place: 'url' as const,
    ...credentialParts(credential),
    timestamp,
    start,
    end: start === undefined || seconds === undefined ? undefined : new Date(start.getTime() + seconds * 1000),
    additionalHeaders: additional ? additional.toLowerCase().split(';') : [],
    signature,
    token,
  });
}

function claimV2(get: Get): Claim {
  return defined({
    scheme: 'oss-v2' as const,
    place: 'url' as const,
    accessKeyId: get('x-oss-access-key-id'),
    end: unixSeconds(get('x-oss-expires')),
    additionalHeaders: get('x-oss-additional-headers')?.split(';') ?? [],
    signature: get('x-oss-signature'),
    token: get('security-token'),
  });
}

function claimV1(get: Get, idName: string, scheme: 'oss-v1' | 's3-v2'): Claim {
  return defined({
    scheme,
    place: 'url' as const,
    accessKeyId: get(idName),
    timestamp: get('Expires'),
    end: unixSeconds(get('Expires')),
    additionalHeaders: [],
    signature: get('Signature'),
    token: get('security-token'),
  });
}

/** Reads a credential, `<key id>/<day>/<region>/<product>/aliyun_v4_request`. */
function credentialParts(text: string | undefined): Pick<Claim, 'accessKeyId' | 'scope'> {
  const [accessKeyId, day, region, product] = (text ?? '').split('/');
  if (!accessKeyId) return {};
  return day && region && product ? { accessKeyId, scope: { day, region, product } } : { accessKeyId };
}

/** Reads `YYYYMMDDTHHMMSSZ`. */
function parseIsoBasic(text: string | undefined): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return validDate(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}

function unixSeconds(text: string | undefined): Date | undefined {
  return /^\d{1,12}$/.test(text ?? '') ? validDate(Number(text) * 1000) : undefined;
}

function validDate(ms: number): Date | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Reads the signature in an `Authorization` header. */
export function claimInHeaders(headers: ReadonlyMap<string, string>): Claim {
  const authorization = headers.get('authorization') ?? '';
  const base = { place: 'header', additionalHeaders: [] as readonly string[] } as const;
  const token = headers.get('x-oss-security-token');
  const timestamp = headers.get('x-oss-date') ?? headers.get('date');
  if (authorization.startsWith('AWS4-')) return { ...base, scheme: 's3-v4' };
  if (authorization.startsWith('AWS ')) return { ...base, scheme: 's3-v2' };
  if (authorization.startsWith('OSS2 ')) return { ...base, scheme: 'oss-v2' };
  if (authorization.startsWith('OSS ')) {
    const [accessKeyId = '', signature] = authorization.slice(4).trim().split(':');
    return defined({ ...base, scheme: 'oss-v1' as const, accessKeyId, signature, timestamp, token });
  }
  if (!authorization.startsWith('OSS4-')) return { ...base, scheme: 'none' };
  const field = (name: string): string | undefined => new RegExp(`[ ,]${name}=([^, ]*)`).exec(authorization)?.[1];
  return defined({
    ...base,
    scheme: 'oss-v4' as const,
    ...credentialParts(field('Credential')),
    additionalHeaders: field('AdditionalHeaders')?.toLowerCase().split(';') ?? [],
    signature: field('Signature'),
    timestamp,
    start: parseIsoBasic(timestamp),
    token,
  });
}
