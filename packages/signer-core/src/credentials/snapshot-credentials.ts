import type { Credentials } from './contracts.ts';
import { validateCredentials } from './validate-credentials.ts';

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
