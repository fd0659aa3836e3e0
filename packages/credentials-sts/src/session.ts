import type { RpcParameters } from '@ossgrant/signer-core/rpc';
import { policyText, type SessionPolicy } from './session-policy.ts';

/** The session that a role is assumed for. */
export interface SessionOptions {
  /** `acs:ram::<account id>:role/<role name>`. */
  readonly roleArn: string;
  /** 2 to 64 letters, digits and `. @ - _`. Appears in the audit log: name the end user, see `sessionNameFor`. */
  readonly sessionName: string;
  /** What the session may do, or, said aloud, everything that the role may do. */
  readonly scope: SessionPolicy | 'whole-role';
  /**
   * Life of the credentials, in seconds: 900 up to the role's own maximum, at most 43200.
   *
   * @default 3600
   */
  readonly durationSeconds?: number;
}

/**
 * Writes a session as parameters of STS.
 *
 * @throws TypeError, RangeError or SessionPolicyError for what STS would refuse
 */
export function sessionParameters(options: SessionOptions): RpcParameters {
  const { roleArn, sessionName, scope, durationSeconds = 3600 } = options;
  if (!/^acs:ram::\d+:role\/[\w.@/-]+$/i.test(roleArn)) {
    throw new TypeError('roleArn must look like "acs:ram::1234567890123456:role/name"');
  }
  // Published samples print this class as [a-zA-Z0-9.@-_], where "@-_" is a range by mistake.
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw new TypeError('sessionName must be 2 to 64 letters, digits and ". @ - _": sessionNameFor makes one');
  }
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw new RangeError('durationSeconds must be a whole number from 900 to 43200');
  }
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(durationSeconds),
    ...(scope === 'whole-role' ? {} : { Policy: policyText(scope) }),
  };
}
