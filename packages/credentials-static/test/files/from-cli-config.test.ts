import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromCliConfig, type FromCliConfigOptions } from '../../src/files/from-cli-config.ts';
import type { ProfileSources } from '../../src/files/profile.ts';
import { keyIdOf, noting, obtain, oneFile, type Asked } from './files.ts';

const PATH = '/me/.aliyun/config.json';
const KEY = { access_key_id: 'file-id', access_key_secret: 'file-secret' };
const ROLE = { ram_role_arn: 'acs:ram::1:role/reader', ram_session_name: 'me' };

const config = (...profiles: readonly object[]): string => JSON.stringify({ current: 'default', profiles });
const source = (text: string, options: FromCliConfigOptions = {}) =>
  fromCliConfig({ home: '/me', env: {}, readFile: oneFile(PATH, text), ...options });
const read = (profile: object, options?: FromCliConfigOptions) =>
  obtain(source(config({ name: 'default', ...profile }), options));
const failure = (text: string, options?: FromCliConfigOptions): Promise<unknown> =>
  obtain(source(text, options)).catch((error: unknown) => error);

describe('fromCliConfig', () => {
  it.each(['AK', 'ak', 'Ak'])('reads a key with the mode %s', async (mode) => {
    const credentials = await read({ mode, ...KEY, sts_token: 'left over' });
    expect(credentials.accessKeyId).toBe('file-id');
    expect(credentials.accessKeySecret).toBe('file-secret');
    expect(credentials.securityToken).toBeUndefined();
  });

  it('reads a temporary key with its end', async () => {
    const credentials = await read({ mode: 'StsToken', ...KEY, sts_token: 'token', sts_expiration: 4_102_444_800 });
    expect(credentials.securityToken).toBe('token');
    expect(credentials.expiration).toEqual(new Date('2100-01-01T00:00:00Z'));
  });

  it('passes RamRoleArn to its function with the key and every field of the profile', async () => {
    const seen: Asked[] = [];
    const profile = {
      mode: 'RamRoleArn',
      ...KEY,
      ...ROLE,
      external_id: 'agreed',
      expired_seconds: 900,
      sts_region: 'cn-beijing',
      enable_vpc: true,
    };
    const credentials = await read(profile, { sources: { assumeRole: noting(seen, 'role-id') } });
    expect(credentials.accessKeyId).toBe('role-id');
    expect(seen).toEqual([
      {
        caller: expect.anything() as unknown,
        roleArn: ROLE.ram_role_arn,
        sessionName: 'me',
        scope: 'whole-role',
        durationSeconds: 900,
        externalId: 'agreed',
        region: 'cn-beijing',
        network: 'vpc',
      },
    ]);
    expect(await keyIdOf(seen[0]?.['caller'])).toBe('file-id');
  });

  it('follows ChainableRamRoleArn through several profiles', async () => {
    const seen: Asked[] = [];
    const chained = { mode: 'ChainableRamRoleArn', ...ROLE };
    const text = config(
      { name: 'default', ...chained, source_profile: 'middle' },
      { name: 'middle', ...chained, ram_role_arn: 'acs:ram::1:role/middle', source_profile: 'base' },
      { name: 'base', mode: 'AK', ...KEY },
    );
    await obtain(source(text, { sources: { assumeRole: noting(seen, 'role-id') } }));
    expect(seen.map((asked) => asked['roleArn'])).toEqual(['acs:ram::1:role/middle', ROLE.ram_role_arn]);
    expect(await keyIdOf(seen[0]?.['caller'])).toBe('file-id');
    expect(await keyIdOf(seen[1]?.['caller'])).toBe('role-id');
  });

  it('refuses profiles that refer to one another in a circle', async () => {
    const chained = { mode: 'ChainableRamRoleArn', ...ROLE };
    const text = config(
      { name: 'default', ...chained, source_profile: 'a' },
      { name: 'a', ...chained, source_profile: 'default' },
    );
    expect(await failure(text)).toMatchObject({
      code: 'INVALID_CONFIG',
      message: `${PATH}: has profiles that refer to one another in a circle: default -> a -> default`,
    });
  });

  it('passes the other modes to their functions', async () => {
    const seen: Asked[] = [];
    const sources: ProfileSources = {
      oidc: noting(seen, 'oidc'),
      ecsRamRole: noting(seen, 'ecs'),
      credentialsUri: noting(seen, 'uri'),
      externalProcess: noting(seen, 'process'),
    };
    const oidc = { oidc_provider_arn: 'acs:ram::1:oidc-provider/p', oidc_token_file: '/token' };
    expect((await read({ mode: 'OIDC', ...ROLE, ...oidc }, { sources })).accessKeyId).toBe('oidc');
    expect((await read({ mode: 'EcsRamRole', ram_role_name: 'web' }, { sources })).accessKeyId).toBe('ecs');
    expect((await read({ mode: 'ECSRAMROLE' }, { sources })).accessKeyId).toBe('ecs');
    const uri = 'http://127.0.0.1/keys';
    expect((await read({ mode: 'CredentialsURI', credentials_uri: uri }, { sources })).accessKeyId).toBe('uri');
    expect((await read({ mode: 'External', process_command: 'vault get' }, { sources })).accessKeyId).toBe('process');
    expect(seen).toEqual([
      {
        roleArn: ROLE.ram_role_arn,
        sessionName: 'me',
        oidcProviderArn: oidc.oidc_provider_arn,
        oidcTokenFile: '/token',
      },
      { roleName: 'web' },
      {},
      { uri },
      { command: 'vault get' },
    ]);
  });

  it.each([
    ['RamRoleArn', { ...KEY, ...ROLE }, 'sources.assumeRole'],
    ['OIDC', { ...ROLE, oidc_provider_arn: 'p', oidc_token_file: 't' }, 'sources.oidc'],
    ['EcsRamRole', {}, 'sources.ecsRamRole'],
    ['CredentialsURI', { credentials_uri: 'https://a' }, 'sources.credentialsUri'],
    ['External', { process_command: 'x' }, 'sources.externalProcess'],
  ])('names the function that %s needs', async (mode, fields, needed) => {
    const error = await failure(config({ name: 'default', mode, ...fields }));
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    expect((error as Error).message).toContain(`profile "default" needs ${needed}`);
  });

  it('takes the profile that is asked for, by option before environment before the file', async () => {
    const named = (name: string): object => ({ name, mode: 'AK', access_key_id: name, access_key_secret: 's' });
    const text = config(named('default'), named('env'), named('option'));
    const env = { ALIBABA_CLOUD_PROFILE: 'env' };
    expect((await obtain(source(text))).accessKeyId).toBe('default');
    expect((await obtain(source(text, { env }))).accessKeyId).toBe('env');
    expect((await obtain(source(text, { env, profile: 'option' }))).accessKeyId).toBe('option');
  });

  it('follows a change of the environment’s profile', async () => {
    const named = (name: string): object => ({ name, mode: 'AK', access_key_id: name, access_key_secret: 's' });
    const env: Record<string, string> = { ALIBABA_CLOUD_PROFILE: 'one' };
    const reading = source(config(named('one'), named('two')), { env });
    expect((await obtain(reading)).accessKeyId).toBe('one');
    env['ALIBABA_CLOUD_PROFILE'] = 'two';
    expect((await obtain(reading)).accessKeyId).toBe('two');
  });

  it.each([
    ['there is no file', { home: '/other' }],
    ['the profile is not there', { profile: 'other' }],
    ['it is turned off', { env: { ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'True' } }],
  ])('lets a chain go on when %s', async (_, options) => {
    expect(await failure(config({ name: 'default', ...KEY }), options)).toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('does not let a chain go on when a file that was named does not exist', async () => {
    const text = config({ name: 'default', ...KEY });
    for (const options of [{ path: '/other' }, { env: { ALIBABA_CLOUD_CONFIG_FILE: '/other' } }]) {
      const message = '/other: there is no such file, though it was asked for by name';
      expect(await failure(text, options)).toMatchObject({ code: 'INVALID_CONFIG', message });
    }
  });

  it('takes a blank variable as not set', async () => {
    const env = { ALIBABA_CLOUD_PROFILE: ' ', ALIBABA_CLOUD_CONFIG_FILE: ' ' };
    expect((await obtain(source(config({ name: 'default', ...KEY }), { env }))).accessKeyId).toBe('file-id');
  });

  it('quotes no error of a function that was given, which may hold anything', async () => {
    const assumeRole = (): never => {
      throw Object.assign(new Error('file-secret'), { config: 'file-secret' });
    };
    const error = await failure(config({ name: 'default', mode: 'RamRoleArn', ...KEY, ...ROLE }), {
      sources: { assumeRole },
    });
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: `${PATH}: cannot be used` });
    expect(inspect(error, { depth: 9 })).not.toContain('file-secret');
  });

  it('lets a chain go on past the empty profile that the tool begins with', async () => {
    const empty = { name: 'default', mode: 'AK', access_key_id: '', access_key_secret: '' };
    expect(await failure(config(empty))).toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it.each([
    ['half a key', { access_key_id: 'file-id' }, 'has no access_key_secret'],
    [
      'stray white space',
      { ...KEY, access_key_secret: 'file-secret ' },
      'has white space around its access_key_secret',
    ],
    ['a number for text', { ...KEY, access_key_id: 7 }, 'has something other than a string for access_key_id'],
    ['an unknown mode', { mode: 'CloudSSO', ...KEY }, 'has an unsupported mode'],
    ['a policy', { mode: 'RamRoleArn', ...KEY, ...ROLE, policy: '{}' }, 'has a policy'],
  ])('refuses %s by field and not by value', async (_, fields, said) => {
    const error = (await failure(config({ name: 'default', ...fields }))) as Error;
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    expect(error.message).toContain(`${PATH}: profile "default" ${said}`);
    expect(error.message).not.toMatch(/file-id|file-secret/);
  });

  it('names file and line of a syntax error and quotes nothing', async () => {
    const text =
      '{\n  "current": "default",\n  "profiles": [{\n    "access_key_secret": "file-secret"\n    "name": 1\n';
    const error = (await failure(text)) as Error;
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: `${PATH}:5: is not JSON, or is nested too deeply` });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('file-secret');
  });

  it.each(['[]', '{}', '{"profiles":[1]}', '{"profiles":[{"name":"a"},{"name":"a"}]}', '{"profiles":[]}'])(
    'refuses %s, which is JSON of another shape',
    async (text) => {
      expect(await failure(text)).toMatchObject({ code: 'INVALID_CONFIG' });
    },
  );

  it('reads the file anew at each fetch, and keeps what the source of an unchanged file remembers', async () => {
    let text = config({ name: 'default', mode: 'EcsRamRole' });
    const seen: Asked[] = [];
    const readFile = async (): Promise<string> => text;
    const reading = fromCliConfig({ env: {}, readFile, sources: { ecsRamRole: noting(seen, 'ecs') } });
    await obtain(reading);
    await obtain(reading);
    expect(seen).toHaveLength(1);
    text = config({ name: 'default', ...KEY });
    expect((await obtain(reading)).accessKeyId).toBe('file-id');
  });

  it('reads the real file system by default, and the path of ALIBABA_CLOUD_CONFIG_FILE', async () => {
    const home = await mkdtemp(join(tmpdir(), 'ossgrant-'));
    try {
      await mkdir(join(home, '.aliyun'));
      await writeFile(join(home, '.aliyun', 'config.json'), `\uFEFF${config({ name: 'default', ...KEY })}`);
      expect((await obtain(fromCliConfig({ home, env: {} }))).accessKeyId).toBe('file-id');
      const env = { ALIBABA_CLOUD_CONFIG_FILE: join(home, '.aliyun', 'config.json') };
      expect((await obtain(fromCliConfig({ home: '/nowhere', env }))).accessKeyId).toBe('file-id');
      const folder = fromCliConfig({ path: home, env: {} });
      await expect(obtain(folder)).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: /EISDIR/ });
      await writeFile(join(home, 'log'), 'x'.repeat(1_100_000));
      const log = fromCliConfig({ path: join(home, 'log'), env: {} });
      await expect(obtain(log)).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: /longer than 1048576 bytes/ });
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
