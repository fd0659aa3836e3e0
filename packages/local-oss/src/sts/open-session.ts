import { randomBytes } from 'node:crypto';
import { PolicySyntaxError } from '../access/policy-json.ts';
import { parsePolicy, type PolicyDocument } from '../access/policy.ts';
import type { SessionKey } from '../auth/keyring.ts';
import type { Role } from './account.ts';
import { isoSeconds } from './iso-seconds.ts';
import type { StsCall } from './sts-call.ts';
import { required, stsFailure } from './sts-failure.ts';

const MAX_POLICY_BYTES = 2048;
const MIN_SECONDS = 900;

/** What STS answers when a role was assumed. */
export interface AssumedRole {
  readonly AssumedRoleUser: { readonly Arn: string; readonly AssumedRoleId: string };
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

/** Which role is asked for, and what the session is to be called. */
export interface SessionRequest {
  readonly role: Role;
  readonly sessionName: string;
}

/** @throws Failure with STS's codes */
export function readSessionRequest({ parameters, context }: StsCall): SessionRequest {
  const roleArn = required(parameters, 'RoleArn');
  if (!/^acs:ram::\d+:role\/[A-Za-z0-9.-]{1,64}$/i.test(roleArn)) {
    throw stsFailure(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.');
  }
  const sessionName = required(parameters, 'RoleSessionName');
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw stsFailure(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  }
  const role = context.account.roles.get(roleArn.toLowerCase());
  if (role === undefined) throw stsFailure(404, 'EntityNotExist.Role', 'The role not exists.');
  return { role, sessionName };
}

/**
 * Gives out credentials that this server will accept until they expire, narrowed and limited as the call asks for. Whether
 * the role may be assumed has been decided.
 *
 * @throws Failure with STS's codes
 */
export function openSession({ parameters, context }: StsCall, { role, sessionName }: SessionRequest): AssumedRole {
  const seconds = durationOf(parameters.get('DurationSeconds'), role);
  const sessionPolicy = sessionPolicyOf(parameters.get('Policy'));
  const key = newSession(role, sessionName, sessionPolicy, expirationAfter(seconds, context.clock.now()));
  context.keyring.addSession(key);
  return {
    AssumedRoleUser: { Arn: key.identity.arn, AssumedRoleId: key.identity.id },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: isoSeconds(key.expiration),
    },
  };
}

function newSession(role: Role, name: string, sessionPolicy: PolicyDocument | undefined, expiration: Date): SessionKey {
  return {
    accessKeyId: `STS.${randomBytes(15).toString('hex')}`,
    accessKeySecret: randomBytes(32).toString('base64url'),
    securityToken: `CAIS${randomBytes(192).toString('base64')}`,
    expiration,
    identity: {
      kind: 'session',
      arn: role.arn.replace(':role/', ':assumed-role/').concat(`/${name}`),
      roleArn: role.arn,
      id: `${role.id}:${name}`,
      policies: role.policies,
      ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    },
  };
}

// Whole seconds: that is all the answer can say.
function expirationAfter(seconds: number, now: Date): Date {
  return new Date((Math.floor(now.getTime() / 1000) + seconds) * 1000);
}

function durationOf(text: string | undefined, role: Role): number {
  const seconds = text === undefined ? Math.min(3600, role.maxSessionSeconds) : Number(text);
  if (Number.isInteger(seconds) && seconds >= MIN_SECONDS && seconds <= role.maxSessionSeconds) return seconds;
  const bounds = `${MIN_SECONDS}/${role.maxSessionSeconds}`;
  throw stsFailure(400, 'InvalidParameter.DurationSeconds', `The Min/Max value of DurationSeconds is ${bounds}.`);
}

function sessionPolicyOf(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    throw stsFailure(400, 'InvalidParameter.PolicySize', 'The size of Policy must be smaller than 2048 bytes.');
  }
  try {
    return parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    const message = `The parameter Policy has not passed grammar check: ${error.message}.`;
    throw stsFailure(400, 'InvalidParameter.PolicyGrammar', message);
  }
}
