import { evaluate } from '../access/evaluate.ts';
import { federatedPrincipal } from '../access/principals.ts';
import { verifyToken } from '../oidc/verify-token.ts';
import { callFacts } from './call-facts.ts';
import { openSession, readSessionRequest, type AssumedRole } from './open-session.ts';
import type { StsCall } from './sts-call.ts';
import { isoSeconds } from './iso-seconds.ts';
import { required, stsFailure } from './sts-failure.ts';

/** The answer of AssumeRoleWithOIDC, as STS words it. */
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
 * Gives out temporary credentials for a token of the test issuer. The call is not signed: the token is all there is.
 *
 * @throws Failure with STS's codes
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
  return stsFailure(401, 'AuthenticationFail.NoPermission', message);
}
