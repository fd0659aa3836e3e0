import { Failure } from '../failure.ts';
import { constantTimeEqual } from './constant-time.ts';
import type { Identity } from './identity.ts';

/** A long-lived key of a RAM user. */
export interface UserKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly identity: Identity & { readonly kind: 'user' };
}

/** A key that STS gave out. */
export interface SessionKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: Date;
  readonly identity: Identity & { readonly kind: 'session' };
}

/** A key that a request may be signed with. */
export interface KnownKey {
  readonly accessKeySecret: string;
  readonly identity: Identity;
}

/** Keys that the server knows. */
export interface Keyring {
  addUser(key: UserKey): void;
  addSession(key: SessionKey): void;
  /**
   * Finds the key for a request.
   *
   * @throws Failure with the cloud's code: unknown id, token missing, wrong, of another key, or expired
   */
  find(accessKeyId: string, securityToken: string | undefined, now: Date): KnownKey;
}

/** Makes an empty keyring. */
export function createKeyring(): Keyring {
  const users = new Map<string, UserKey>();
  const sessions = new Map<string, SessionKey>();
  const tokens = new Map<string, SessionKey>();
  return {
    addUser(key): void {
      users.set(key.accessKeyId, key);
    },
    addSession(key): void {
      sessions.set(key.accessKeyId, key);
      tokens.set(key.securityToken, key);
    },
    find(accessKeyId, securityToken, now): KnownKey {
      const user = users.get(accessKeyId);
      if (user !== undefined && securityToken === undefined) return user;
      const session = sessions.get(accessKeyId);
      if (session === undefined || securityToken === undefined) {
        if (user !== undefined && securityToken !== undefined) throw keyFailure('InvalidSecurityToken');
        throw unknownKey(accessKeyId);
      }
      if (!constantTimeEqual(session.securityToken, securityToken)) {
        throw keyFailure(tokens.has(securityToken) ? 'AccessKeyIdAndSecurityTokenNotMatch' : 'InvalidSecurityToken');
      }
      if (now >= session.expiration) throw keyFailure('SecurityTokenExpired');
      return session;
    },
  };
}

const KEY_FAILURES = {
  InvalidSecurityToken: ['The security token you provided is invalid.', '0002-00000006'],
  SecurityTokenExpired: ['The security token you provided has expired.', '0002-00000007'],
  AccessKeyIdAndSecurityTokenNotMatch: [
    'The AccessKeyId and the security token you provided do not match.',
    '0002-00000004',
  ],
} as const;

function keyFailure(code: keyof typeof KEY_FAILURES): Failure {
  const [message, ec] = KEY_FAILURES[code];
  return new Failure({ status: 403, code, message, ec });
}

function unknownKey(accessKeyId: string): Failure {
  return new Failure({
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The OSS Access Key Id you provided does not exist in our records.',
    ec: accessKeyId.startsWith('STS.') ? '0002-00000002' : '0002-00000902',
    details: { OSSAccessKeyId: accessKeyId },
  });
}
