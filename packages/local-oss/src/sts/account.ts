import { parsePolicy, type PolicyDocument } from '../access/policy.ts';

/** A role that can be assumed. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly policies: readonly PolicyDocument[];
  readonly maxSessionSeconds: number;
}

/** The one account of a local server. */
export interface Account {
  readonly id: string;
  readonly roles: ReadonlyMap<string, Role>;
}

/** What the owner, a RAM user, may do. */
export const OWNER_POLICY: PolicyDocument = parsePolicy(
  JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: 'oss:*', Resource: '*' },
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
    ],
  }),
);

const READ_POLICY = JSON.stringify({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:GetObject', 'oss:ListObjects'], Resource: '*' }],
});

/** An account with the one role that `LocalOss.roleArn` names: it may read every object. */
export function createAccount(): Account {
  const id = '1000000000000001';
  const name = 'ossgrant-reader';
  const arn = `acs:ram::${id}:role/${name}`;
  return {
    id,
    roles: new Map([[arn, { name, arn, policies: [parsePolicy(READ_POLICY)], maxSessionSeconds: 3600 }]]),
  };
}
