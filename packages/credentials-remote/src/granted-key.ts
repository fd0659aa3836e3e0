import { CredentialError } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { field, malformed } from './key-response.ts';

// Application servers are written by hand: their responses follow the samples of the OSS mobile SDKs, pass on that of STS or of an
// SDK, or wrap one of these in the envelope of the company's other services.
const NAMES: ReadonlyMap<string, string> = new Map([
  ['accesskeyid', 'AccessKeyId'],
  ['accesskeysecret', 'AccessKeySecret'],
  ['securitytoken', 'SecurityToken'],
  ['ststoken', 'SecurityToken'],
  ['sessiontoken', 'SecurityToken'],
  ['expiration', 'Expiration'],
]);
const WRAPPERS = ['credentials', 'data', 'result', 'body'];
const MAX_DEPTH = 4;

/**
 * Finds the key in the response of an application server: at the top, or in `Credentials`, `data`, `result` or `body`, in any
 * spelling of its names. A numeric expiration is a Unix time, in seconds or milliseconds.
 *
 * @returns the key in the names of STS
 * @throws CredentialError for a refusal, and `INVALID_CONFIG` when there is no key; it says what was found, by names of fields only
 */
export function findGrantedKey(body: unknown, subject: string): Readonly<Record<string, unknown>> {
  // The samples report failures with HTTP 200 and {"StatusCode": 500, "ErrorCode", "ErrorMessage"}.
  const status = field(body, 'StatusCode');
  if (status !== undefined && Number(status) !== 200) throw refused(subject, Number(status), field(body, 'ErrorCode'));
  const key = unwrap(body, MAX_DEPTH);
  if (key !== undefined) return key;
  const code = field(body, 'code') ?? field(body, 'Code');
  if (isFailure(code)) throw refused(subject, Number(code), code);
  const where = `expected AccessKeyId at the top, or in ${WRAPPERS.join(', ')}`;
  throw malformed(subject, `has no key: it is ${describe(body)}; ${where}`);
}

function unwrap(value: unknown, depth: number): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  const fields = new Map(Object.entries(value).map(([name, inner]) => [plain(name), inner]));
  if (fields.has('accesskeyid')) return keyOf(fields);
  for (const name of WRAPPERS) {
    const found = unwrap(fields.get(name), depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keyOf(fields: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  const key: Record<string, unknown> = {};
  for (const [written, name] of NAMES) key[name] ??= fields.get(written);
  const { Expiration: end } = key;
  return typeof end === 'number' ? { ...key, Expiration: unixTime(end) } : key;
}

// Seconds reach 1e11 in the year 5138, and milliseconds did in 1973.
function unixTime(time: number): string | undefined {
  const ms = Math.abs(time) < 1e11 ? time * 1000 : time;
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(time);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

function isFailure(code: unknown): boolean {
  if (typeof code === 'number') return code !== 0 && code !== 200;
  return typeof code === 'string' && /^\w{1,64}$/.test(code) && !/^(0+|200|ok|success)$/i.test(code);
}

function refused(subject: string, status: number, code: unknown): CredentialError {
  const serviceCode =
    (typeof code === 'string' && /^[\w.]{1,64}$/.test(code)) || Number.isInteger(code) ? String(code) : undefined;
  const isHttpStatus = Number.isInteger(status) && status >= 400 && status < 600;
  const isPassing = isHttpStatus && status >= 500;
  return new CredentialError(`${subject} is a refusal${serviceCode === undefined ? '' : `: ${serviceCode}`}`, {
    code: isPassing ? 'UNAVAILABLE' : 'DENIED',
    retryable: isPassing,
    ...defined({ serviceCode, status: isHttpStatus ? status : undefined }),
  });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  // Names are quoted only where they are plain words: a map may have secrets as names.
  const names = Object.keys(value).filter((name) => /^\w{1,40}$/.test(name));
  return names.length === 0 ? 'an object without such a field' : `an object with ${names.slice(0, 10).join(', ')}`;
}
