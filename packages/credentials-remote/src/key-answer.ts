import { CredentialError, type FetchedCredentials } from '@ossgrant/credentials-core';

/** What names the answer in messages. */
export interface KeyAnswerOptions {
  readonly name: string;
  /** The `Date` header of the answer. */
  readonly date?: string;
  /** `temporary`: without token and expiration it is refused. @default 'any' */
  readonly accept?: 'any' | 'temporary';
}

/**
 * Reads `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * @throws CredentialError `INVALID_CONFIG` for anything else; nothing of it is quoted
 */
export function readKey(value: unknown, options: KeyAnswerOptions): FetchedCredentials {
  const expiration = instant(value, options);
  const securityToken = text(value, 'SecurityToken', options);
  if (options.accept === 'temporary' && (expiration === undefined || securityToken === undefined)) {
    throw malformed(options.name, `has no ${securityToken === undefined ? 'SecurityToken' : 'Expiration'}`);
  }
  const serverDate = new Date(options.date ?? Number.NaN);
  return {
    accessKeyId: required(value, 'AccessKeyId', options),
    accessKeySecret: required(value, 'AccessKeySecret', options),
    ...(securityToken === undefined ? {} : { securityToken }),
    ...(expiration === undefined ? {} : { expiration }),
    ...(Number.isNaN(serverDate.getTime()) ? {} : { serverDate }),
  };
}

/** Parses a body. @throws CredentialError `INVALID_CONFIG` without the body, which engines quote */
export function parseBody(body: string, name: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw malformed(name, 'is not JSON');
  }
}

/** An own property, or `undefined`. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** An answer that cannot be used. */
export function malformed(name: string, problem: string): CredentialError {
  return new CredentialError(`${name}: the answer ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
}

function text(value: unknown, name: string, options: KeyAnswerOptions): string | undefined {
  const found = field(value, name);
  if (found === undefined || found === null || found === '') return undefined;
  if (typeof found !== 'string') throw malformed(options.name, `has a ${name} that is no text`);
  return found;
}

function required(value: unknown, name: string, options: KeyAnswerOptions): string {
  const found = text(value, name, options);
  if (found === undefined) throw malformed(options.name, `has no ${name}`);
  return found;
}

function instant(value: unknown, options: KeyAnswerOptions): Date | undefined {
  const found = text(value, 'Expiration', options);
  if (found === undefined) return undefined;
  const date = new Date(found);
  if (Number.isNaN(date.getTime())) throw malformed(options.name, 'has no readable Expiration');
  return date;
}
