import type { PresignFields } from './presigner.ts';

// As long as OSS lets keys be, in bytes.
const MAX_FILE_NAME = 1023;
const MIN_TRAFFIC_LIMIT = 819_200;
const MAX_TRAFFIC_LIMIT = 838_860_800;

/** @throws RangeError for a limit that OSS refuses */
export function trafficLimitText(bitsPerSecond: number): string {
  if (!Number.isInteger(bitsPerSecond) || bitsPerSecond < MIN_TRAFFIC_LIMIT || bitsPerSecond > MAX_TRAFFIC_LIMIT) {
    throw new RangeError(
      `trafficLimit must be ${MIN_TRAFFIC_LIMIT} (100 KB/s) to ${MAX_TRAFFIC_LIMIT} (100 MB/s), in bit/s`,
    );
  }
  return String(bitsPerSecond);
}

/**
 * Builds a Content-Disposition value (RFC 6266): an ASCII name for old clients and, where that differs from the name,
 * the exact one as `filename*` (RFC 5987). Drops folders: where the file goes is the holder's choice.
 *
 * @throws TypeError when the name is empty or contains control characters
 * @throws RangeError when it is longer than an object key may be
 */
export function contentDisposition(download: NonNullable<PresignFields['download']>): string {
  const disposition = download.disposition ?? 'attachment';
  if (download.filename === undefined) return disposition;
  if (download.filename.length > MAX_FILE_NAME) {
    throw new RangeError(`download.filename must be at most ${MAX_FILE_NAME} characters long`);
  }
  const folders = Math.max(download.filename.lastIndexOf('/'), download.filename.lastIndexOf('\\'));
  const name = download.filename.slice(folders + 1);
  if (name === '' || name === '.' || name === '..' || /[\p{Cc}\p{Surrogate}]/u.test(name)) {
    throw new TypeError('download.filename must be a file name without control characters');
  }
  // `&` would be ambiguous in a V1 signature; `%` and quotes are read differently by different clients.
  const ascii = name.replace(/[^\x20-\x7e]|["%&]/gu, '_');
  const exact = ascii === name ? '' : `; filename*=UTF-8''${encodeAttribute(name)}`;
  return `${disposition}; filename="${ascii}"${exact}`;
}

// RFC 5987 attr-char is narrower than what encodeURIComponent leaves alone.
function encodeAttribute(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Query parameters that bind a link to a network.
 *
 * Experimental: whether the address itself travels in the URL is one of the questions in docs/assumptions.md.
 *
 * @throws TypeError for an invalid address or VPC id
 * @throws RangeError for a mask longer than the address
 */
export function sourceCondition(fields: Pick<PresignFields, 'sourceIp' | 'vpcId'>): [name: string, value: string][] {
  const parameters: [string, string][] = [];
  if (fields.sourceIp !== undefined) {
    const [address = '', mask, ...rest] = fields.sourceIp.split('/');
    const bits = addressBits(address);
    if (bits === undefined || rest.length > 0) throw new TypeError('sourceIp must be an IP address or network');
    const length = mask === undefined ? bits : Number(mask);
    if (mask === '' || !Number.isInteger(length) || length < 1 || length > bits) {
      throw new RangeError(`sourceIp must have a mask from 1 to ${bits}`);
    }
    parameters.push(['x-oss-ac-source-ip', address], ['x-oss-ac-subnet-mask', String(length)]);
  }
  if (fields.vpcId !== undefined) {
    if (!/^[\w-]+$/.test(fields.vpcId))
      throw new TypeError('vpcId must be a VPC id such as "vpc-t4nlw426y44rd3iq4xxxx"');
    parameters.push(['x-oss-ac-vpc-id', fields.vpcId]);
  }
  return parameters;
}

function addressBits(address: string): 32 | 128 | undefined {
  if (IPV4.test(address)) return 32;
  return /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]`) ? 128 : undefined;
}
