import type { Clock, CredentialProvider, Credentials } from './contracts.ts';
import { CredentialError, invalidConfig } from './credential-error.ts';
import { defined } from './basics/defined.ts';

const SPREAD = 'Pass the credentials object itself: a copy made with {...credentials} loses its hidden fields';

/**
 * Checks the shape of credentials before they are used.
 *
 * Stray white space is a leading cause of `InvalidAccessKeyId`, so it is refused rather than trimmed. Values go into HTTP headers, so
 * only printable ASCII passes. Fields beyond the four are left alone, since other libraries add some; only other names of the token
 * are refused, because without the token every request would fail. Messages name the field and never the value.
 *
 * @throws CredentialError `INVALID_CONFIG`
 */
export function validateCredentials(credentials: Credentials): void {
  if (typeof credentials !== 'object' || credentials === null) {
    throw invalidConfig('credentials must be an object with accessKeyId and accessKeySecret');
  }
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials;
  checkText('accessKeyId', accessKeyId, /^[\x21-\x7e]+$/);
  // V4 writes `id/date/...`, V1 writes `id:signature`, both in lists with commas: an id with one of them signs for another.
  if (/[,/:]/.test(accessKeyId)) {
    throw invalidConfig('accessKeyId must not contain ",", "/" or ":": check how it was copied');
  }
  checkText('accessKeySecret', accessKeySecret, /^[\x21-\x7e]+$/);
  if (securityToken === undefined) assertNoToken(credentials);
  else checkText('securityToken', securityToken, /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/);
  if (expiration !== undefined) assertInstant(expiration);
}

function checkText(field: string, value: unknown, pattern: RegExp): void {
  // Redacted fields are not enumerable, so a spread copy loses them: the message says so where that is likely.
  if (value === undefined) throw invalidConfig(`${field} is missing. ${SPREAD}`);
  if (typeof value !== 'string' || value === '') throw invalidConfig(`${field} must be a non-empty string`);
  if (!pattern.test(value)) {
    throw invalidConfig(`${field} has white space or characters outside printable ASCII: check how it was copied`);
  }
}

function assertNoToken(credentials: Credentials): void {
  const given = credentials as unknown as Readonly<Record<string, unknown>>;
  for (const name of ['stsToken', 'sessionToken']) {
    if (given[name] !== undefined)
      throw invalidConfig(`"${name}" is not a field of credentials: name it securityToken`);
  }
  if (credentials.accessKeyId.startsWith('STS.')) {
    throw invalidConfig(`securityToken is missing: key ids that start with "STS." need one. ${SPREAD}`);
  }
}

function assertInstant(expiration: unknown): void {
  if (typeof expiration === 'string') {
    throw invalidConfig(
      'expiration must be a Date, not text: convert it, such as new Date("2030-01-31T12:00:00Z"), with its zone',
    );
  }
  if (!(expiration instanceof Date && Number.isFinite(expiration.getTime()))) {
    throw invalidConfig('expiration must be a valid Date');
  }
}

/** The longest life of any token of STS, in milliseconds: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole */
export const MAX_TOKEN_LIFE_MS = 43_200_000;

/** When the token of a provider's or an owner's object was first seen. */
const firstSeen = new WeakMap<Credentials, { readonly token: string; readonly atMs: number }>();

/**
 * The last instant at which credentials can be valid, in milliseconds since the Unix epoch: their expiration; for a token without
 * one, 12 hours after it was first seen in this object, since no token lives longer; `Infinity` for lasting keys.
 *
 * @throws CredentialError `INVALID_CONFIG` when the expiration is not a valid Date
 */
export function latestEndMs(credentials: Credentials, nowMs: number): number {
  const { expiration, securityToken: token } = credentials;
  if (expiration !== undefined) {
    assertInstant(expiration);
    return expiration.getTime();
  }
  if (token === undefined) return Infinity;
  const seen = firstSeen.get(credentials);
  const atMs = seen?.token === token ? Math.min(seen.atMs, nowMs) : nowMs;
  if (seen?.token !== token || seen.atMs !== atMs) firstSeen.set(credentials, { token, atMs });
  return atMs + MAX_TOKEN_LIFE_MS;
}

/**
 * Makes a frozen, redacted copy of credentials.
 *
 * The secret and the token can be read by name, but nothing that enumerates shows them: `JSON.stringify`, `String()`, `console.log`,
 * `structuredClone` and `{...copy}` do not. Dates are copied in and out.
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
    ...defined({
      securityToken: securityToken === undefined ? undefined : '[redacted]',
      expiration: expiration === undefined ? undefined : new Date(expiration).toISOString(),
    }),
  });
  const hidden = (value: unknown): PropertyDescriptor => ({ value, enumerable: false });
  // A getter, since `util.inspect` with `showHidden` and without `customInspect` prints values.
  const secret = (value: string): PropertyDescriptor => ({ get: () => value, enumerable: false });
  const snapshot = Object.defineProperties({} as Credentials, {
    accessKeyId: { value: accessKeyId, enumerable: true },
    accessKeySecret: secret(accessKeySecret),
    ...(securityToken === undefined ? {} : { securityToken: secret(securityToken) }),
    ...(expiration === undefined ? {} : { expiration: { get: () => new Date(expiration), enumerable: true } }),
    toJSON: hidden(redacted),
    toString: hidden(() => `Credentials(${accessKeyId})`),
    // What Node's util.inspect and console.log call.
    [Symbol.for('nodejs.util.inspect.custom')]: hidden(redacted),
  });
  return Object.freeze(snapshot);
}

/** Makes a provider of one snapshot, which serves it until it ends. The caller has checked the request. */
export function fixedProvider(snapshot: Credentials, clock: Clock): CredentialProvider {
  const end = latestEndMs(snapshot, clock.now());
  return {
    async getCredentials(request) {
      request?.signal?.throwIfAborted();
      if (clock.now() < end) return snapshot;
      const known = snapshot.expiration !== undefined;
      throw new CredentialError(
        `the credentials expired ${known ? 'at' : 'by'} ${new Date(end).toISOString()}: give new ones, or a source that renews them`,
        { code: 'EXPIRED', retryable: false },
      );
    },
  };
}

/** Whether key, secret and token are the same, by content. Both values are the caller's own, so timing reveals nothing. */
export function sameCredentials(a: Credentials, b: Credentials): boolean {
  return (
    a.accessKeyId === b.accessKeyId && a.accessKeySecret === b.accessKeySecret && a.securityToken === b.securityToken
  );
}
