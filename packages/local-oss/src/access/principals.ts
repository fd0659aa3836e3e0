import type { Identity } from '../auth/identity.ts';

/** Names that a policy's Principal may call an identity by. */
export function principalsOf(identity: Identity): readonly string[] {
  if (identity.kind === 'anonymous') return [];
  const [, , , accountId = ''] = identity.arn.split(':');
  const byAccount = [identity.arn, identity.id, accountId, `acs:ram::${accountId}:root`];
  // Bucket policies write `arn:sts::`, RAM writes `acs:ram::`.
  const names =
    identity.kind === 'user'
      ? byAccount
      : [...byAccount, identity.roleArn, identity.arn.replace('acs:ram::', 'arn:sts::')];
  return [...names, ...names.map((name) => `RAM:${name}`)];
}

/** Name that a trust policy calls an identity provider by. */
export function federatedPrincipal(providerArn: string): string {
  return `Federated:${providerArn}`;
}
