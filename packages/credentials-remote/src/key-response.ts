import { CredentialError, type FetchedCredentials } from '@ossgrant/credentials-core';
import { defined, parseHttpDate, parseInstant } from '@ossgrant/credentials-core/internal';

/** How the JSON that holds a key is read. */
export interface ReadKeyOptions {
  /** Begins each message, such as `credentials-uri: the response`. */
  readonly subject: string;
  /** The response's `Date` header. */
  readonly date?: string;
  /** `temporary` refuses a key without token and expiration. @default 'any' */
  readonly accept?: 'any' | 'temporary';
}

/**
 * Reads `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * @throws CredentialError `INVALID_CONFIG` for anything else; none of it is quoted
 */
export function readKey(value: unknown, options: ReadKeyOptions): FetchedCredentials {
  const { subject, accept, date } = options;
  const expiration = instant(value, subject);
  const securityToken = text(value, 'SecurityToken', subject);
  if (accept === 'temporary' && (expiration === undefined || securityToken === undefined)) {
    throw malformed(subject, `has no ${securityToken === undefined ? 'SecurityToken' : 'Expiration'}`);
  }
  return {
    accessKeyId: required(value, 'AccessKeyId', subject),
    accessKeySecret: required(value, 'AccessKeySecret', subject),
    ...defined({ securityToken, expiration, serverDate: date === undefined ? undefined : parseHttpDate(date) }),
  };
}

/** Parses JSON. @throws CredentialError `INVALID_CONFIG` without the text, which JavaScript engines quote */
export function parseJson(json: string, subject: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    throw malformed(subject, 'is not JSON');
  }
}

/** Refuses a response that reports a failure. @throws CredentialError `INVALID_CONFIG` for a `Code` that is not `Success` */
export function assertSuccess(body: unknown, subject: string): void {
  const code = field(body, 'Code');
  if (code !== undefined && code !== 'Success') throw malformed(subject, 'has a Code other than "Success"');
}

/** An own property, or `undefined`. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** The error for JSON that cannot be used. */
export function malformed(subject: string, problem: string): CredentialError {
  return new CredentialError(`${subject} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
}

function text(value: unknown, name: string, subject: string): string | undefined {
  const found = field(value, name);
  if (found === undefined || found === null || found === '') return undefined;
  if (typeof found !== 'string') throw malformed(subject, `has a ${name} that is not a string`);
  return found;
}

function required(value: unknown, name: string, subject: string): string {
  const found = text(value, name, subject);
  if (found === undefined) throw malformed(subject, `has no ${name}`);
  return found;
}

function instant(value: unknown, subject: string): Date | undefined {
  const found = text(value, 'Expiration', subject);
  if (found === undefined) return undefined;
  const date = parseInstant(found);
  if (date === undefined) throw malformed(subject, 'has an Expiration that is not an ISO 8601 date and time');
  return date;
}
