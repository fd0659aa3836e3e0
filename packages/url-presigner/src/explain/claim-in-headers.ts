import { credentialParts, defined, parseIsoBasic, type Claim } from '../inspect/claim.ts';

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
    return defined({ ...base, scheme: 'oss-v1', accessKeyId, signature, timestamp, token });
  }
  if (!authorization.startsWith('OSS4-')) return { ...base, scheme: 'none' };
  const field = (name: string): string | undefined => new RegExp(`[ ,]${name}=([^, ]*)`).exec(authorization)?.[1];
  return defined({
    ...base,
    scheme: 'oss-v4',
    ...credentialParts(field('Credential')),
    additionalHeaders: field('AdditionalHeaders')?.toLowerCase().split(';') ?? [],
    signature: field('Signature'),
    timestamp,
    start: parseIsoBasic(timestamp),
    token,
  });
}
