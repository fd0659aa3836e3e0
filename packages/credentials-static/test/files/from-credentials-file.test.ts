import { describe, expect, it } from 'vitest';
import { fromCredentialsFile } from '../../src/files/from-credentials-file.ts';
import type { ProfileSources } from '../../src/files/profile.ts';
import { keyIdOf, noting, obtain, oneFile, type Asked } from './files.ts';

const INI = '/me/.alibabacloud/credentials';
const ini = (text: string, options: Parameters<typeof fromCredentialsFile>[0] = {}) =>
  obtain(fromCredentialsFile({ home: '/me', env: {}, readFile: oneFile(INI, text), ...options }));
const KEY = 'access_key_id = ini-id\naccess_key_secret = ini-secret=#;\n';

describe('fromCredentialsFile', () => {
  it('reads a key, whose secret may hold "=", "#" and ";"', async () => {
    const credentials = await ini(`# mine\r\n\r\n[default]\r\ntype = access_key\r\n${KEY}`);
    expect(credentials.accessKeyId).toBe('ini-id');
    expect(credentials.accessKeySecret).toBe('ini-secret=#;');
  });

  it('reads a temporary key', async () => {
    expect((await ini(`[default]\ntype=sts\n${KEY}security_token=token`)).securityToken).toBe('token');
  });

  it('takes the section that is asked for', async () => {
    const text = `[default]\n${KEY}\n[dev]\naccess_key_id=dev-id\naccess_key_secret=s`;
    expect((await ini(text, { profile: 'dev' })).accessKeyId).toBe('dev-id');
    expect((await ini(text, { env: { ALIBABA_CLOUD_PROFILE: 'dev' } })).accessKeyId).toBe('dev-id');
    expect((await ini(text)).accessKeyId).toBe('ini-id');
  });

  it('passes the types that need the network to their functions', async () => {
    const seen: Asked[] = [];
    const sources: ProfileSources = {
      assumeRole: noting(seen, 'role'),
      ecsRamRole: noting(seen, 'ecs'),
      oidc: noting(seen, 'oidc'),
    };
    const role = 'role_arn=acs:ram::1:role/r\nrole_session_name=me\n';
    const oidc = 'oidc_provider_arn=p\noidc_token_file_path=/t\n';
    expect((await ini(`[default]\ntype=ram_role_arn\n${KEY}${role}`, { sources })).accessKeyId).toBe('role');
    expect((await ini('[default]\ntype=ecs_ram_role\nrole_name=web', { sources })).accessKeyId).toBe('ecs');
    expect((await ini(`[default]\ntype=oidc_role_arn\n${role}${oidc}`, { sources })).accessKeyId).toBe('oidc');
    expect(seen).toMatchObject([
      { roleArn: 'acs:ram::1:role/r', sessionName: 'me' },
      { roleName: 'web' },
      { oidcTokenFile: '/t' },
    ]);
    expect(await keyIdOf(seen[0]?.['caller'])).toBe('ini-id');
  });

  it.each([
    ['there is no file', `[default]\n${KEY}`, { home: '/other' }],
    ['the section is not there', `[other]\n${KEY}`, {}],
    ['the section is turned off', `[default]\nenable=false\n${KEY}`, {}],
  ])('lets a chain go on when %s', async (_, text, options) => {
    await expect(ini(text, options)).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it.each([
    [3, `[default]\n# note\nini-secret\n`],
    [1, KEY],
    [4, `[default]\n${KEY}access_key_secret = ini-secret2`],
    [4, `[default]\n${KEY}[default]\n`],
    [2, '[default]\n= ini-secret'],
  ])('names file and line %i of a malformed file and quotes nothing', async (line, text) => {
    const failure = ini(text);
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(failure).rejects.toThrow(`${INI}:${line}: `);
    await expect(failure).rejects.not.toThrow(/ini-/);
  });

  it.each([' ', '[', ']', '=', '\r', '\n', '#', 'a=b\n'])('ends with many times %j in time', async (text) => {
    await expect(ini(`[${text.repeat(500_000 / text.length)}`)).rejects.toMatchObject({ name: 'CredentialError' });
  });

  it('refuses a type that it does not know', async () => {
    await expect(ini(`[default]\ntype=rsa_key_pair`)).rejects.toThrow('section "default" has an unsupported type');
  });
});
