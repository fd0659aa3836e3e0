import type { PolicyInput } from './account.ts';

/** What the owner, a RAM user, may do. */
export const OWNER_POLICY: PolicyInput = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'oss:*', Resource: '*' },
    { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
  ],
};

/** What the role behind `LocalOss.roleArn` may do: read every object. */
export const READER_POLICY: PolicyInput = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:GetObject', 'oss:ListObjects'], Resource: '*' }],
};
