import { randomBytes } from 'node:crypto';
import { evaluate } from '../access/evaluate.ts';
import { parsePolicy, PolicySyntaxError, type PolicyDocument } from '../access/policy.ts';
import type { Identity } from '../auth/identity.ts';
import type { ServerContext } from '../server-context.ts';
import type { Role } from './account.ts';
import { stsFailure } from './sts-failure.ts';

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
export function assumeRole(
  parameters: ReadonlyMap<string, string>,
  caller: Identity,
  context: ServerContext,
): AssumedRole {
  const roleArn = required(parameters, 'RoleArn');
  const sessionName = required(parameters, 'RoleSessionName');
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw stsFailure(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  }
  assertMayAssume(caller, roleArn, context);
  const role = context.account.roles.get(roleArn);
  if (role === undefined) throw stsFailure(404, 'EntityNotExist.Role', 'The specified Role not exists.');
  const seconds = durationOf(parameters.get('DurationSeconds'), role);
  const sessionPolicy = sessionPolicyOf(parameters.get('Policy'));
  const arn = `acs:ram::${context.account.id}:assumed-role/${role.name}/${sessionName}`;
  // Whole seconds: that is all the answer can say.
  const expiration = new Date(Math.floor(context.clock.now().getTime() / 1000) * 1000 + seconds * 1000);
  const key = {
    accessKeyId: `STS.${randomBytes(15).toString('hex')}`,
    accessKeySecret: randomBytes(32).toString('base64url'),
    securityToken: `CAIS${randomBytes(192).toString('base64')}`,
    expiration,
    identity: {
      kind: 'session' as const,
      arn,
      policies: role.policies,
      ...(sessionPolicy === undefined ? {} : { sessionPolicy }),
    },
  };
  context.keyring.addSession(key);
  return {
    AssumedRoleUser: { Arn: arn, AssumedRoleId: `300000000000000001:${sessionName}` },
    Credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: expiration.toISOString().replace('.000Z', 'Z'),
    },
  };
}

function assertMayAssume(caller: Identity, roleArn: string, context: ServerContext): void {
  const policies = caller.kind === 'anonymous' ? [] : caller.policies;
  const facts = new Map([['acs:CurrentTime', context.clock.now().toISOString()]]);
  if (evaluate(policies, { action: 'sts:AssumeRole', resource: roleArn, facts }) === 'allow') return;
  throw stsFailure(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
}

function durationOf(text: string | undefined, role: Role): number {
  const seconds = text === undefined ? Math.min(3600, role.maxSessionSeconds) : Number(text);
  if (Number.isInteger(seconds) && seconds >= MIN_SECONDS && seconds <= role.maxSessionSeconds) return seconds;
  throw stsFailure(
    400,
    'InvalidParameter.DurationSeconds',
    `The Min/Max value of DurationSeconds is ${MIN_SECONDS}/${role.maxSessionSeconds}.`,
  );
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
    throw stsFailure(400, 'InvalidParameter.PolicyGrammar', 'The parameter Policy has not passed grammar check.');
  }
}

function required(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name);
  if (!value) throw stsFailure(400, `Missing${name}`, `${name} is mandatory for this action.`);
  return value;
}
