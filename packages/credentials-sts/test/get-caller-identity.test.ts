import { startLocalOss } from '@ossgrant/local-oss';
import { describe, expect, it } from 'vitest';
import { assumeRole } from '../src/assume-role.ts';
import { getCallerIdentity } from '../src/get-caller-identity.ts';
import { fakeSts, session } from './sts-fixture.ts';

describe('getCallerIdentity', () => {
  it('names the owner of the key: a user’s, or a role’s session with its name', async () => {
    const oss = await startLocalOss();
    try {
      const { endpoint, owner, roleArn } = oss;
      const user = await getCallerIdentity({ caller: owner, endpoint });
      expect(user).toMatchObject({ identityType: 'RAMUser', arn: expect.stringContaining(':user/') as string });
      const caller = assumeRole({ ...session, caller: owner, roleArn, endpoint });
      const role = await getCallerIdentity({ caller, endpoint });
      expect(role).toMatchObject({ identityType: 'AssumedRoleUser', accountId: user.accountId });
      expect(role.arn).toMatch(/\/alice$/);
    } finally {
      await oss.close();
    }
  });

  it('reports a wrong secret', async () => {
    const oss = await startLocalOss();
    try {
      const caller = { accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong' };
      const failure = getCallerIdentity({ caller, endpoint: oss.endpoint });
      await expect(failure).rejects.toMatchObject({ serviceCode: 'SignatureDoesNotMatch' });
    } finally {
      await oss.close();
    }
  });

  it('refuses an answer without an account', async () => {
    const { fetch } = fakeSts({ body: { Arn: 'acs:ram::1:user/a' } });
    await expect(getCallerIdentity({ caller: session.caller, fetch })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });
});
