import type { Credentials } from './contracts.ts';
import { invalidConfig } from './credential-error.ts';

/**
 * Checks the shape of credentials before they are used.
 *
 * Stray white space is a leading cause of `InvalidAccessKeyId`, so it is refused rather than trimmed. Values go into
 * HTTP headers, so only printable ASCII passes. Messages name the field and never the value.
 *
 * @throws CredentialError `INVALID_CONFIG`
 */
export function validateCredentials(credentials: Credentials): void {
  if (typeof credentials !== 'object' || credentials === null) {
    throw invalidConfig('credentials must be an object with accessKeyId and accessKeySecret');
  }
  checkText('accessKeyId', credentials.accessKeyId, /^[\x21-\x7e]+$/);
  // V4 writes `id/date/...`, V1 writes `id:signature`, both in lists with commas: an id with one of them signs for another.
  if (/[,/:]/.test(credentials.accessKeyId)) {
    throw invalidConfig('accessKeyId must not contain ",", "/" or ":": check how it was copied');
  }
  checkText('accessKeySecret', credentials.accessKeySecret, /^[\x21-\x7e]+$/);
  // Redacted fields are not enumerable, so a spread copy loses them: say so where it is likely.
  if (credentials.securityToken === undefined) {
    if (credentials.accessKeyId.startsWith('STS.')) {
      throw invalidConfig(
        'securityToken is missing: key ids that start with "STS." need one. Pass the credentials object itself; a copy made with {...credentials} loses its hidden fields',
      );
    }
  } else {
    checkText('securityToken', credentials.securityToken, /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
  }
  const { expiration } = credentials;
  if (expiration !== undefined && !(expiration instanceof Date && Number.isFinite(expiration.getTime()))) {
    throw invalidConfig('expiration must be a valid Date');
  }
}

function checkText(field: string, value: unknown, pattern: RegExp): void {
  if (value === undefined) {
    throw invalidConfig(
      `${field} is missing. Pass the credentials object itself; a copy made with {...credentials} loses its hidden fields`,
    );
  }
  if (typeof value !== 'string' || value === '') throw invalidConfig(`${field} must be a non-empty string`);
  if (!pattern.test(value)) {
    throw invalidConfig(`${field} has white space or characters outside printable ASCII: check how it was copied`);
  }
}

/**
 * Makes a frozen, redacted copy of credentials.
 *
 * The secret and the token are readable by name and by nothing that enumerates: `JSON.stringify`, `String()`,
 * `console.log`, `structuredClone` and `{...copy}` do not show them. Dates are copied in and out.
 *
 * @throws CredentialError `INVALID_CONFIG` when a field is missing or malformed
 */
export function snapshotCredentials(credentials: Credentials): Credentials {
  validateCredentials(credentials);
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const expiration = credentials.expiration?.getTime();
  const redacted = (): object => ({
    accessKeyId,
    accessKeySecret: '[redacted]',
    ...(securityToken === undefined ? {} : { securityToken: '[redacted]' }),
    ...(expiration === undefined ? {} : { expiration: new Date(expiration).toISOString() }),
  });
  const hidden = (value: unknown): PropertyDescriptor => ({ value, enumerable: false });
  // A getter, as `util.inspect` with `showHidden` and without `customInspect` prints values.
  const secret = (value: string): PropertyDescriptor => ({ get: () => value, enumerable: false });
  const snapshot = Object.defineProperties({} as Credentials, {
    accessKeyId: { value: accessKeyId, enumerable: true },
    accessKeySecret: secret(accessKeySecret),
    ...(securityToken === undefined ? {} : { securityToken: secret(securityToken) }),
    ...(expiration === undefined ? {} : { expiration: { get: () => new Date(expiration), enumerable: true } }),
    toJSON: hidden(redacted),
    toString: hidden(() => `Credentials(${accessKeyId})`),
    // What Node's util.inspect and console.log look for.
    [Symbol.for('nodejs.util.inspect.custom')]: hidden(redacted),
  });
  return Object.freeze(snapshot);
}

/** Whether two values are the same key, secret and token, compared by content. Both are the caller's own: no timing matters. */
export function sameCredentials(a: Credentials, b: Credentials): boolean {
  return (
    a.accessKeyId === b.accessKeyId && a.accessKeySecret === b.accessKeySecret && a.securityToken === b.securityToken
  );
}
