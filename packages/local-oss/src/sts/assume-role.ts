import { randomBytes } from 'node:crypto';
import { evaluate } from '../access/evaluate.ts';
import { PolicySyntaxError } from '../access/policy-json.ts';
import { parsePolicy, type PolicyDocument } from '../access/policy.ts';
import { principalsOf } from '../access/principals.ts';
import type { SessionKey } from '../auth/keyring.ts';
import type { Role } from './account.ts';
import type { StsCall } from './sts-call.ts';
import { required, stsFailure } from './sts-failure.ts';

const MAX_POLICY_BYTES = 2048;
const MIN_SECONDS = 900;

/** The answer of AssumeRole, as STS words it. */
export interface AssumedRole {
  readonly AssumedRoleUser: { readonly Arn: string; readonly AssumedRoleId: string };
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

/**
 * Gives out temporary credentials that this server will accept until they expire.
 *
 * @throws Failure with STS's codes
 */
export function assumeRole(call: StsCall): AssumedRole {
  const { parameters, context } = call;
  const roleArn = required(parameters, 'RoleArn');
  if (!/^acs:ram::\d+:role\/[A-Za-z0-9.-]{1,64}$/i.test(roleArn)) {
    throw stsFailure(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.');
  }
  const sessionName = required(parameters, 'RoleSessionName');
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw stsFailure(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  }
  const externalId = parameters.get('ExternalId');
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw stsFailure(400, 'InvalidParameter.ExternalId', 'The parameter ExternalId is wrongly formed.');
  }
  const role = context.account.roles.get(roleArn.toLowerCase());
  if (role === undefined) throw stsFailure(404, 'EntityNotExist.Role', 'The role not exists.');
  assertMayAssume(call, role, externalId);
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
      Expiration: key.expiration.toISOString().replace('.000Z', 'Z'),
    },
  };
}

// Both must allow it: the caller's own policies and the role's trust policy.
function assertMayAssume(call: StsCall, role: Role, externalId: string | undefined): void {
  const { caller, context, request } = call;
  const facts = new Map([
    ['acs:CurrentTime', context.clock.now().toISOString()],
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
  ]);
  if (externalId !== undefined) facts.set('sts:ExternalId', externalId);
  const wanted = { action: 'sts:AssumeRole', resource: role.arn, facts };
  const own = evaluate('RAM policy', caller.kind === 'anonymous' ? [] : caller.policies, wanted);
  const trust = evaluate('trust policy', [role.trust], wanted, principalsOf(caller));
  call.note([...own.trace, ...trust.trace]);
  if (own.verdict === 'allow' && trust.verdict === 'allow') return;
  throw stsFailure(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
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
