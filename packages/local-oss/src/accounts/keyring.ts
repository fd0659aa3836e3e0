import { timingSafeEqual } from 'node:crypto';
import type { Identity } from '../access/identity.ts';
import { EC } from '../http/ec.ts';
import { Refusal } from '../http/refusal.ts';

/** Compares two strings in a time that reveals only their lengths, which are public here. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A long-lived key of a RAM user. */
export interface UserKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly identity: Identity & { readonly kind: 'user' };
}

/** A key that STS issued. */
export interface SessionKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: Date;
  readonly identity: Identity & { readonly kind: 'session' };
}

/** A key that can sign requests. */
export interface KnownKey {
  readonly accessKeySecret: string;
  readonly identity: Identity;
}

/** Keys that the server knows. */
export interface Keyring {
  addUser(key: UserKey): void;
  /** Disables a key, or enables it again. @returns whether a user has the key */
  setDisabled(accessKeyId: string, disabled: boolean): boolean;
  addSession(key: SessionKey): void;
  /** Expires a token now. @returns whether it exists */
  expire(accessKeyId: string, now: Date): boolean;
  /**
   * Finds the key for a request.
   *
   * @throws Refusal with the cloud's code: unknown id, token missing, wrong, of another key, or expired
   */
  find(accessKeyId: string, securityToken: string | undefined, now: Date): KnownKey;
}

// A server that runs for weeks must not grow. The key of a forgotten token is unknown, as in the cloud.
const MAX_SESSIONS = 10_000;

/** Makes an empty keyring. */
export function createKeyring(): Keyring {
  const users = new Map<string, UserKey>();
  const disabled = new Set<string>();
  const sessions = new Map<string, SessionKey>();
  const tokens = new Map<string, SessionKey>();
  return {
    addUser: (key) => void users.set(key.accessKeyId, key),
    setDisabled(id, off): boolean {
      if (!users.has(id)) return false;
      if (off) disabled.add(id);
      else disabled.delete(id);
      return true;
    },
    addSession(key): void {
      sessions.set(key.accessKeyId, key);
      tokens.set(key.securityToken, key);
      for (const [id, oldest] of sessions) {
        if (sessions.size <= MAX_SESSIONS) break;
        sessions.delete(id);
        tokens.delete(oldest.securityToken);
      }
    },
    expire(accessKeyId, now): boolean {
      const session = sessions.get(accessKeyId);
      if (session === undefined) return false;
      sessions.set(accessKeyId, { ...session, expiration: now });
      return true;
    },
    find(accessKeyId, securityToken, now): KnownKey {
      const user = users.get(accessKeyId);
      if (user !== undefined) {
        if (disabled.has(accessKeyId)) throw disabledKey(accessKeyId);
        if (securityToken === undefined) return user;
        // With a token, the key is looked up among the temporary ones.
        throw unknownKey(accessKeyId);
      }
      const session = sessions.get(accessKeyId);
      if (session === undefined || securityToken === undefined) throw unknownKey(accessKeyId);
      if (!constantTimeEqual(session.securityToken, securityToken)) {
        throw keyRefusal(tokens.has(securityToken) ? 'AccessKeyIdAndSecurityTokenNotMatch' : 'InvalidSecurityToken');
      }
      if (now >= session.expiration) throw keyRefusal('SecurityTokenExpired');
      return session;
    },
  };
}

const KEY_REFUSALS = {
  InvalidSecurityToken: ['The security token you provided is invalid.', EC.tokenInvalid],
  SecurityTokenExpired: ['The security token you provided has expired.', EC.tokenExpired],
  AccessKeyIdAndSecurityTokenNotMatch: [
    'The OSS access key id and security token you provided does not match.',
    EC.tokenOfAnotherKey,
  ],
} as const;

function keyRefusal(code: keyof typeof KEY_REFUSALS): Refusal {
  const [message, ec] = KEY_REFUSALS[code];
  return new Refusal({ status: 403, code, message, ec });
}

function disabledKey(accessKeyId: string): Refusal {
  return new Refusal({
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The OSS Access Key Id is disabled.',
    ec: EC.keyIdDisabled,
    details: { OSSAccessKeyId: accessKeyId },
  });
}

function unknownKey(accessKeyId: string): Refusal {
  return new Refusal({
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The OSS Access Key Id you provided does not exist in our records.',
    ec: accessKeyId.startsWith('STS.') ? EC.tokenUnknownKey : EC.keyIdUnknown,
    details: { OSSAccessKeyId: accessKeyId },
  });
}
