import { describe, expect, it } from 'vitest';
import { fromOssutilConfig } from '../../src/files/from-ossutil-config.ts';
import { noting, obtain, oneFile, type Asked } from './files.ts';

const OSSUTIL = '/me/.ossutilconfig';
const ossutil = (text: string, options: Parameters<typeof fromOssutilConfig>[0] = {}) =>
  obtain(fromOssutilConfig({ home: '/me', env: {}, readFile: oneFile(OSSUTIL, text), ...options }));

describe('fromOssutilConfig', () => {
  const text =
    '[Credentials]\nlanguage=EN\nendpoint=oss-cn-hangzhou.aliyuncs.com\naccessKeyID=u-id\naccessKeySecret=u-s\n';

  it('reads the file of version 1, with a token or without', async () => {
    expect((await ossutil(text)).accessKeyId).toBe('u-id');
    expect((await ossutil(`${text}stsToken=token`)).securityToken).toBe('token');
  });

  it('reads the profiles of version 2', async () => {
    const two = '[default]\naccessKeyID=a\naccessKeySecret=s\n[profile dev]\nmode=stsToken\naccessKeyId=b\n';
    const full = `${two}accessKeySecret=s\nstsToken=t\n`;
    expect((await ossutil(full)).accessKeyId).toBe('a');
    expect((await ossutil(full, { profile: 'dev' })).accessKeyId).toBe('b');
    await expect(ossutil(full, { profile: 'other' })).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('passes the roles to their functions', async () => {
    const seen: Asked[] = [];
    const sources = { assumeRole: noting(seen, 'role'), ecsRamRole: noting(seen, 'ecs') };
    const role = 'mode=RamRoleArn\nramRoleArn=acs:ram::1:role/r\ntokenTimeout=1800\nstsRegion=cn-beijing\n';
    expect((await ossutil(text + role, { sources })).accessKeyId).toBe('role');
    expect((await ossutil('[default]\nmode=EcsRamRole\necsRoleName=web', { sources })).accessKeyId).toBe('ecs');
    expect(seen).toMatchObject([
      { durationSeconds: 1800, region: 'cn-beijing', sessionName: 'ossgrant' },
      { roleName: 'web' },
    ]);
  });

  it('refuses a mode that it does not know', async () => {
    await expect(ossutil('[default]\nmode=Anonymous')).rejects.toThrow(`${OSSUTIL}: [default] has an unsupported mode`);
  });
});
