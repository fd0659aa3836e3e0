import { defined } from '@ossgrant/credentials-core/internal';
import { randomBytes } from 'node:crypto';
import { evaluate, evaluateIdentity, principalsOf, federatedPrincipal } from '../access/authorize.ts';
import { PolicySyntaxError, parsePolicy, type PolicyDocument } from '../access/policy.ts';
import type { Role } from '../accounts/account.ts';
import type { SessionKey } from '../accounts/keyring.ts';
import { wholeNumber } from '../http/raw-request.ts';
import { isoSeconds, type StsCall, required, stsRefusal, callFacts } from './sts-call.ts';
import { verifyToken } from './verify-token.ts';

const MAX_POLICY_BYTES = 2048;
const MIN_SECONDS = 900;

/** The response of AssumeRole. */
export interface AssumedRole {
  readonly AssumedRoleUser: { readonly Arn: string; readonly AssumedRoleId: string };
  readonly Credentials: {
    readonly AccessKeyId: string;
    readonly AccessKeySecret: string;
    readonly SecurityToken: string;
    readonly Expiration: string;
  };
}

/** The role to assume and the name of the session. */
export interface SessionRequest {
  readonly role: Role;
  readonly sessionName: string;
}

/** @throws Refusal with STS's codes */
export function readSessionRequest({ parameters, context }: StsCall): SessionRequest {
  const roleArn = required(parameters, 'RoleArn');
  if (!/^acs:ram::\d+:role\/[A-Za-z0-9.-]{1,64}$/i.test(roleArn)) {
    throw stsRefusal(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.');
  }
  const sessionName = required(parameters, 'RoleSessionName');
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw stsRefusal(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  }
  const role = context.account.roles.get(roleArn.toLowerCase());
  if (role === undefined) throw stsRefusal(404, 'EntityNotExist.Role', 'The role not exists.');
  return { role, sessionName };
}

/**
 * Issues credentials that this server accepts until they expire, narrowed and limited as the call asks. The caller has
 * checked that the role may be assumed.
 *
 * @throws Refusal with STS's codes
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
      ...defined({ sessionPolicy }),
    },
  };
}

// Whole seconds: that is all the answer can say.
function expirationAfter(seconds: number, now: Date): Date {
  return new Date((Math.floor(now.getTime() / 1000) + seconds) * 1000);
}

function durationOf(text: string | undefined, role: Role): number {
  if (text === undefined) return Math.min(3600, role.maxSessionSeconds);
  const seconds = wholeNumber(text);
  if (seconds !== undefined && seconds >= MIN_SECONDS && seconds <= role.maxSessionSeconds) return seconds;
  const bounds = `${MIN_SECONDS}/${role.maxSessionSeconds}`;
  throw stsRefusal(400, 'InvalidParameter.DurationSeconds', `The Min/Max value of DurationSeconds is ${bounds}.`);
}

function sessionPolicyOf(text: string | undefined): PolicyDocument | undefined {
  if (text === undefined) return undefined;
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    throw stsRefusal(400, 'InvalidParameter.PolicySize', 'The size of Policy must be smaller than 2048 bytes.');
  }
  try {
    return parsePolicy(text);
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    const message = `The parameter Policy has not passed grammar check: ${error.message}.`;
    throw stsRefusal(400, 'InvalidParameter.PolicyGrammar', message);
  }
}

/**
 * Issues temporary credentials for a role that both the caller's policies and the role's trust policy allow.
 *
 * @throws Refusal with STS's codes
 */
export function assumeRole(call: StsCall): AssumedRole {
  const externalId = call.parameters.get('ExternalId');
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw stsRefusal(400, 'InvalidParameter.ExternalId', 'The parameter ExternalId is wrongly formed.');
  }
  const session = readSessionRequest(call);
  assertMayAssume(call, session.role, externalId);
  return openSession(call, session);
}

// All must allow it: the caller's policies, the session policy that narrows them, and the role's trust policy.
function assertMayAssume(call: StsCall, role: Role, externalId: string | undefined): void {
  const { caller } = call;
  const facts = new Map(callFacts(call));
  if (externalId !== undefined) facts.set('sts:ExternalId', externalId);
  const wanted = { action: 'sts:AssumeRole', resource: role.arn, facts };
  const { ram, session } = evaluateIdentity(caller, wanted);
  const trust = evaluate('trust policy', [role.trust], wanted, principalsOf(caller));
  const evaluations = [ram, ...(session === undefined ? [] : [session]), trust];
  call.note(evaluations.flatMap(({ trace }) => trace));
  if (evaluations.every(({ verdict }) => verdict === 'allow')) return;
  throw stsRefusal(403, 'NoPermission', 'You are not authorized to do this action. You should be authorized by RAM.');
}

/** The response of AssumeRoleWithOIDC. */
export interface AssumedRoleWithOidc extends AssumedRole {
  readonly OIDCTokenInfo: {
    readonly Subject: string;
    readonly Issuer: string;
    readonly ClientIds: string;
    readonly IssuanceTime: string;
    readonly ExpirationTime: string;
    readonly VerificationInfo: string;
  };
}

/**
 * Issues temporary credentials for a token of the test issuer. The call is not signed: the token is its only proof.
 *
 * @throws Refusal with STS's codes
 */
export async function assumeRoleWithOidc(call: StsCall): Promise<AssumedRoleWithOidc> {
  const { parameters, context } = call;
  const { issuer, account, clock } = context;
  const providerArn = required(parameters, 'OIDCProviderArn');
  if (providerArn !== account.oidcProviderArn) throw noPermission('Parameter OIDCProviderArn is not valid');
  const token = await verifyToken(parameters.get('OIDCToken') ?? '', issuer, clock.now());
  const session = readSessionRequest(call);
  const facts = new Map([
    ...callFacts(call),
    ['oidc:iss', issuer.url()],
    ['oidc:aud', token.audience],
    ['oidc:sub', token.subject],
  ]);
  const wanted = { action: 'sts:AssumeRole', resource: session.role.arn, facts };
  const trust = evaluate('trust policy', [session.role.trust], wanted, [federatedPrincipal(providerArn)]);
  call.note(trust.trace);
  if (trust.verdict !== 'allow') throw noPermission('There is no permission');
  return {
    ...openSession(call, session),
    OIDCTokenInfo: {
      Subject: token.subject,
      Issuer: issuer.url(),
      ClientIds: token.audience,
      IssuanceTime: isoSeconds(token.issuedAt),
      ExpirationTime: isoSeconds(token.expiresAt),
      VerificationInfo: 'Success',
    },
  };
}

function noPermission(message: string): Error {
  return stsRefusal(401, 'AuthenticationFail.NoPermission', message);
}
