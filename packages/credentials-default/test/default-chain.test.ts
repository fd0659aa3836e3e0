import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, failing, INI, obtain, startPlaces, type Places } from './places.ts';

const OIDC = {
  ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/pod',
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/no/such/token',
};
const KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-secret' };

let places: Places;
beforeEach(async () => {
  places = await startPlaces();
});
afterEach(() => places.close());

const cliProfile = (id: string, name = 'default'): string =>
  JSON.stringify({
    current: name,
    profiles: [{ name, mode: 'AK', access_key_id: id, access_key_secret: 'cli-secret' }],
  });
const iniSection = (id: string, name = 'default'): string =>
  `[${name}]\ntype=access_key\naccess_key_id=${id}\naccess_key_secret=ini-secret\n`;

describe('defaultChain', () => {
  it('asks in the documented order: each source answers once those before it are not configured', async () => {
    const env: Record<string, string> = {
      ...KEY,
      ...OIDC,
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: await places.tokenFile('a.jwt.token\n'),
      ALIBABA_CLOUD_STS_ENDPOINT: places.url,
      ALIBABA_CLOUD_CREDENTIALS_URI: `${places.url}/uri`,
      ALIBABA_CLOUD_ECS_METADATA: 'web',
    };
    const files: Record<string, string> = { [CLI]: cliProfile('cli-id'), [INI]: iniSection('ini-id') };
    const answers: (readonly [string, string | undefined])[] = [];
    const next = async (): Promise<void> => {
      const chain = places.start(env, files);
      const { accessKeyId } = await obtain(chain);
      answers.push([accessKeyId, chain.describe().answeredBy]);
    };
    await next();
    delete env['ALIBABA_CLOUD_ACCESS_KEY_ID'];
    delete env['ALIBABA_CLOUD_ACCESS_KEY_SECRET'];
    await next();
    for (const name of Object.keys(OIDC)) delete env[name];
    await next();
    delete files[CLI];
    await next();
    delete files[INI];
    await next();
    delete env['ALIBABA_CLOUD_CREDENTIALS_URI'];
    await next();
    expect(answers).toEqual([
      ['env-id', 'environment'],
      ['STS.AssumeRoleWithOIDC.a.jwt.token.ossgrant', 'oidc'],
      ['cli-id', 'cli-config'],
      ['ini-id', 'credentials-file'],
      ['STS.uri', 'credentials-uri'],
      ['STS.ecs', 'ecs-ram-role'],
    ]);
  });

  it('asks no metadata service when a credentials URI answers', async () => {
    await obtain(places.start({ ALIBABA_CLOUD_CREDENTIALS_URI: `${places.url}/uri` }));
    expect(places.asked).toEqual(['GET /uri']);
  });

  it('says which source answered and why the others did not', async () => {
    const chain = places.start({}, { [INI]: iniSection('ini-id') });
    expect(chain.describe().sources.every(({ state }) => state === 'not-asked')).toBe(true);
    await obtain(chain);
    const { answeredBy, sources } = chain.describe();
    expect(answeredBy).toBe('credentials-file');
    expect(sources.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'environment not-configured',
      'oidc not-configured',
      'cli-config not-configured',
      'credentials-file answered',
      'named-profile not-asked',
      'credentials-uri not-asked',
      'ecs-ram-role not-asked',
    ]);
    expect(sources[2]?.reason).toBe(`${CLI}: there is no such file`);
    expect(JSON.stringify(chain.describe())).not.toContain('ini-secret');
  });

  it('says all that could be configured when nothing is', async () => {
    const chain = places.start({ ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'TRUE' });
    const error = (await failing(chain)) as Error;
    expect(error).toMatchObject({ code: 'NOT_CONFIGURED' });
    for (const word of ['OSS_ACCESS_KEY_ID', CLI, INI, 'ALIBABA_CLOUD_CREDENTIALS_URI', 'ECS_METADATA_DISABLED']) {
      expect(error.message).toContain(word);
    }
    expect(places.asked).toEqual([]);
    expect(chain.describe().answeredBy).toBeUndefined();
  });

  it('finds what is configured after a first failure', async () => {
    const env: Record<string, string> = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' };
    const chain = places.start(env);
    await failing(chain);
    Object.assign(env, KEY);
    expect((await obtain(chain)).accessKeyId).toBe('env-id');
    expect(chain.describe().answeredBy).toBe('environment');
  });

  it.each([
    ['half a key', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id' }, {}, 'environment'],
    ['a part of the OIDC trio', { ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token' }, {}, 'oidc'],
    ['an OIDC token file that is not there', OIDC, {}, 'oidc'],
    ['a malformed file', {}, { [CLI]: '{"access_key_secret":"cli-secret"' }, 'cli-config'],
    ['a profile that no file has', { ALIBABA_CLOUD_PROFILE: 'work' }, { [CLI]: cliProfile('a') }, 'named-profile'],
    ['a URI that is not secret', { ALIBABA_CLOUD_CREDENTIALS_URI: 'http://a.example/' }, {}, 'credentials-uri'],
    ['a file that is named and not there', { ALIBABA_CLOUD_CREDENTIALS_FILE: '/missing' }, {}, 'credentials-file'],
    ['a role name that leaves the path', { ALIBABA_CLOUD_ECS_METADATA: '../x' }, {}, 'ecs-ram-role'],
  ])('stops at %s and goes on to nobody else’s key', async (_, env, files, at) => {
    const chain = places.start(env, files);
    const error = (await failing(chain)) as Error;
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    expect(chain.describe().sources.find(({ name }) => name === at)).toMatchObject({ state: 'failed' });
    expect(error.message + JSON.stringify(chain.describe())).not.toContain('cli-secret');
    expect(places.asked).toEqual([]);
  });

  describe('with a profile that is asked for by name', () => {
    const everything = async (): Promise<Record<string, string>> => ({
      ...KEY,
      ...OIDC,
      OSS_ACCESS_KEY_ID: 'oss-id',
      OSS_ACCESS_KEY_SECRET: 'env-secret',
      ALIBABA_CLOUD_OIDC_TOKEN_FILE: await places.tokenFile('a.jwt.token'),
      ALIBABA_CLOUD_STS_ENDPOINT: places.url,
      ALIBABA_CLOUD_CREDENTIALS_URI: `${places.url}/uri`,
      ALIBABA_CLOUD_ECS_METADATA: 'web',
    });
    const byOption = (env: Record<string, string>, files: object) =>
      places.start(env, files as Record<string, string>, { profile: 'work' });
    const byVariable = (env: Record<string, string>, files: object) =>
      places.start({ ...env, ALIBABA_CLOUD_PROFILE: 'work' }, files as Record<string, string>);

    it.each([
      ['by option', byOption],
      ['by variable', byVariable],
    ])('uses that profile, %s, whatever else is configured', async (_, start) => {
      const chain = start(await everything(), { [CLI]: cliProfile('other'), [INI]: iniSection('work-id', 'work') });
      expect((await obtain(chain)).accessKeyId).toBe('work-id');
      expect(chain.describe().sources[0]).toEqual({
        name: 'environment',
        state: 'not-configured',
        code: 'NOT_CONFIGURED',
        reason: 'environment: not asked, because the profile "work" is asked for by name',
      });
      expect(places.asked).toEqual([]);
    });

    it.each([
      ['is not there', cliProfile('other')],
      ['is empty', cliProfile('', 'work').replaceAll('cli-secret', '')],
      ['is broken', cliProfile('half', 'work').replaceAll('cli-secret', '')],
      ['is in a file that cannot be read', '{'],
    ])('is an error when that profile %s, and no other source is asked', async (_, text) => {
      for (const start of [byOption, byVariable]) {
        const chain = start(await everything(), { [CLI]: text });
        expect(await failing(chain)).toMatchObject({ code: 'INVALID_CONFIG' });
        expect(chain.describe().answeredBy).toBeUndefined();
        expect(places.asked).toEqual([]);
      }
    });

    it('is an error when the CLI’s profiles are turned off', async () => {
      const env = { ...(await everything()), ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true' };
      expect(await failing(byOption(env, { [CLI]: cliProfile('a', 'work') }))).toMatchObject({
        code: 'INVALID_CONFIG',
        message: 'named-profile: no file has a usable profile "work", which is asked for by name',
      });
    });

    it('follows the variable when it changes', async () => {
      const env: Record<string, string> = { ...KEY };
      const chain = places.start(env, { [CLI]: cliProfile('work-id', 'work') });
      expect((await obtain(chain)).accessKeyId).toBe('env-id');
      env['ALIBABA_CLOUD_PROFILE'] = 'work';
      expect((await obtain(chain)).accessKeyId).toBe('work-id');
    });
  });

  it('takes a named profile from whichever file has it', async () => {
    const files = { [CLI]: cliProfile('cli-id', 'home'), [INI]: iniSection('ini-id', 'work') };
    expect((await obtain(places.start({}, files, { profile: 'work' }))).accessKeyId).toBe('ini-id');
    expect((await obtain(places.start({}, files, { profile: 'home' }))).accessKeyId).toBe('cli-id');
  });

  it('takes a role alone for no part of OIDC', async () => {
    const chain = places.start(
      { ALIBABA_CLOUD_ROLE_ARN: OIDC.ALIBABA_CLOUD_ROLE_ARN },
      { [CLI]: cliProfile('cli-id') },
    );
    expect((await obtain(chain)).accessKeyId).toBe('cli-id');
  });

  it('keeps a profile’s URI under the switch that forbids programs', async () => {
    const profile = { name: 'default', mode: 'CredentialsURI', credentials_uri: `${places.url}/uri` };
    const files = { [CLI]: JSON.stringify({ current: 'default', profiles: [profile] }) };
    expect((await obtain(places.start({}, files))).accessKeyId).toBe('STS.uri');
    const error = await failing(places.start({ ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: '1' }, files));
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /forbidden/ });
  });

  it('runs the program of a profile', async () => {
    const answer = JSON.stringify({ mode: 'AK', access_key_id: 'program-id', access_key_secret: 's' });
    const process_command = `'${process.execPath}' -e 'process.stdout.write(process.argv[1])' '${answer}'`;
    const profile = { name: 'default', mode: 'External', process_command };
    const files = { [CLI]: JSON.stringify({ current: 'default', profiles: [profile] }) };
    expect((await obtain(places.start({}, files))).accessKeyId).toBe('program-id');
  });
});
