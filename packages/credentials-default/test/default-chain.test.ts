import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { cached, type Credentials } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultChain, type DefaultChain, type DefaultChainOptions } from '../src/index.ts';

const FUTURE = '2999-01-01T00:00:00Z';
const CLI = '/me/.aliyun/config.json';
const INI = '/me/.alibabacloud/credentials';
const OIDC = {
  ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/pod',
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/ack',
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token',
};
const KEY = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'env-secret' };

/** A metadata service and a credentials server in one. */
let server: Server;
let url: string;
let asked: string[];
let metadataStatus: number;

beforeEach(async () => {
  asked = [];
  metadataStatus = 200;
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const id = request.url === '/uri' ? 'STS.uri' : 'STS.ecs';
    const key = { AccessKeyId: id, AccessKeySecret: 'remote-secret', SecurityToken: 't', Expiration: FUTURE };
    response.statusCode = request.url === '/uri' ? 200 : metadataStatus;
    response.end(request.url?.endsWith('/token') === true ? 'token' : JSON.stringify(key));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function start(
  env: Record<string, string>,
  files: Record<string, string> = {},
  options: DefaultChainOptions = {},
): DefaultChain {
  const readFile = async (path: string): Promise<string> => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  return defaultChain({ env, home: '/me', readFile, metadataEndpoint: url, ...options });
}
async function obtain(chain: DefaultChain): Promise<Credentials> {
  const provider = cached(chain);
  try {
    return await provider.getCredentials();
  } finally {
    await provider.close();
  }
}
const failing = (chain: DefaultChain): Promise<unknown> => obtain(chain).catch((error: unknown) => error);
const oidc: NonNullable<DefaultChainOptions['oidc']> = (role) => ({
  name: 'oidc',
  fetch: async () => ({
    accessKeyId: `STS.oidc.${role.sessionName}`,
    accessKeySecret: 'oidc-secret',
    securityToken: 't',
    expiration: new Date(FUTURE),
  }),
});
const cliProfile = (id: string, name = 'default'): string =>
  JSON.stringify({
    current: name,
    profiles: [{ name, mode: 'AK', access_key_id: id, access_key_secret: 'cli-secret' }],
  });
const iniSection = (id: string, name = 'default'): string =>
  `[${name}]\ntype=access_key\naccess_key_id=${id}\naccess_key_secret=ini-secret\n`;

describe('defaultChain', () => {
  it('asks in the documented order: each link answers once those before it are not configured', async () => {
    const env: Record<string, string> = {
      ...KEY,
      ...OIDC,
      ALIBABA_CLOUD_CREDENTIALS_URI: `${url}/uri`,
      ALIBABA_CLOUD_ECS_METADATA: 'web',
    };
    const files: Record<string, string> = { [CLI]: cliProfile('cli-id'), [INI]: iniSection('ini-id') };
    const answers: (readonly [string, string | undefined])[] = [];
    const next = async (): Promise<void> => {
      const chain = start(env, files, { oidc });
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
      ['STS.oidc.ossgrant', 'oidc'],
      ['cli-id', 'cli-config'],
      ['ini-id', 'credentials-file'],
      ['STS.uri', 'credentials-uri'],
      ['STS.ecs', 'ecs-ram-role'],
    ]);
  });

  it('asks no metadata service when a credentials URI answers', async () => {
    await obtain(start({ ALIBABA_CLOUD_CREDENTIALS_URI: `${url}/uri` }));
    expect(asked).toEqual(['GET /uri']);
  });

  it('says which link answered and why the others did not', async () => {
    const chain = start({}, { [INI]: iniSection('ini-id') });
    expect(chain.describe().links.every(({ state }) => state === 'not-asked')).toBe(true);
    await obtain(chain);
    const { answeredBy, links } = chain.describe();
    expect(answeredBy).toBe('credentials-file');
    expect(links.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'environment not-configured',
      'oidc not-configured',
      'cli-config not-configured',
      'credentials-file answered',
      'named-profile not-asked',
      'credentials-uri not-asked',
      'ecs-ram-role not-asked',
    ]);
    expect(links[2]?.reason).toBe(`${CLI}: there is no such file`);
    expect(JSON.stringify(chain.describe())).not.toContain('ini-secret');
  });

  it('says all that could be configured when nothing is', async () => {
    const chain = start({ ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'TRUE' });
    const error = (await failing(chain)) as Error;
    expect(error).toMatchObject({ code: 'NOT_CONFIGURED' });
    for (const word of ['OSS_ACCESS_KEY_ID', CLI, INI, 'ALIBABA_CLOUD_CREDENTIALS_URI', 'ECS_METADATA_DISABLED']) {
      expect(error.message).toContain(word);
    }
    expect(asked).toEqual([]);
    expect(chain.describe().answeredBy).toBeUndefined();
  });

  it('finds what is configured after a first failure', async () => {
    const env: Record<string, string> = { ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' };
    const chain = start(env);
    await failing(chain);
    Object.assign(env, KEY);
    expect((await obtain(chain)).accessKeyId).toBe('env-id');
    expect(chain.describe().answeredBy).toBe('environment');
  });

  it.each([
    ['half a key', { ALIBABA_CLOUD_ACCESS_KEY_ID: 'env-id' }, {}, 'environment'],
    ['a part of the OIDC trio', { ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/token' }, {}, 'oidc'],
    ['OIDC without a function for it', OIDC, {}, 'oidc'],
    ['a malformed file', {}, { [CLI]: '{"access_key_secret":"cli-secret"' }, 'cli-config'],
    ['a profile that no file has', { ALIBABA_CLOUD_PROFILE: 'work' }, { [CLI]: cliProfile('a') }, 'named-profile'],
    ['a URI that is not secret', { ALIBABA_CLOUD_CREDENTIALS_URI: 'http://a.example/' }, {}, 'credentials-uri'],
    ['a role name that leaves the path', { ALIBABA_CLOUD_ECS_METADATA: '../x' }, {}, 'ecs-ram-role'],
  ])('stops at %s and goes on to nobody else’s key', async (_, env, files, at) => {
    const chain = start(env, files);
    const error = (await failing(chain)) as Error;
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    expect(chain.describe().links.find(({ name }) => name === at)).toMatchObject({ state: 'failed' });
    expect(error.message + JSON.stringify(chain.describe())).not.toContain('cli-secret');
    expect(asked).toEqual([]);
  });

  it('takes a named profile from whichever file has it', async () => {
    const files = { [CLI]: cliProfile('cli-id', 'home'), [INI]: iniSection('ini-id', 'work') };
    expect((await obtain(start({}, files, { profile: 'work' }))).accessKeyId).toBe('ini-id');
    expect((await obtain(start({}, files, { profile: 'home' }))).accessKeyId).toBe('cli-id');
  });

  it('takes a role alone for no part of OIDC', async () => {
    const chain = start({ ALIBABA_CLOUD_ROLE_ARN: OIDC.ALIBABA_CLOUD_ROLE_ARN }, { [CLI]: cliProfile('cli-id') });
    expect((await obtain(chain)).accessKeyId).toBe('cli-id');
  });

  it('keeps a profile’s URI under the switch that forbids programs', async () => {
    const profile = { name: 'default', mode: 'CredentialsURI', credentials_uri: `${url}/uri` };
    const files = { [CLI]: JSON.stringify({ current: 'default', profiles: [profile] }) };
    expect((await obtain(start({}, files))).accessKeyId).toBe('STS.uri');
    const error = await failing(start({ ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: '1' }, files));
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /forbidden/ });
  });

  it('runs the program of a profile', async () => {
    const answer = JSON.stringify({ mode: 'AK', access_key_id: 'program-id', access_key_secret: 's' });
    const process_command = `'${process.execPath}' -e 'process.stdout.write(process.argv[1])' '${answer}'`;
    const profile = { name: 'default', mode: 'External', process_command };
    const files = { [CLI]: JSON.stringify({ current: 'default', profiles: [profile] }) };
    expect((await obtain(start({}, files))).accessKeyId).toBe('program-id');
  });
});

describe('the ECS link', () => {
  it('takes an absent metadata service for another kind of machine', async () => {
    const chain = start({}, {}, { metadataEndpoint: 'http://127.0.0.1:1' });
    const error = await failing(chain);
    expect(error).toMatchObject({ code: 'NOT_CONFIGURED', message: /this seems to be no ECS instance/ });
  });

  it('reports a failing service as such when a role was named', async () => {
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'web' };
    const error = await failing(start(env, {}, { metadataEndpoint: 'http://127.0.0.1:1' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('goes by version 1 only when that is allowed and not forbidden by the environment', async () => {
    metadataStatus = 404;
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'web', ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' };
    const withoutToken = () => asked.filter((request) => request.startsWith('GET'));
    await failing(start(env, {}, { imdsV1: 'fallback' }));
    expect(withoutToken()).toEqual([]);
    await failing(start({ ALIBABA_CLOUD_ECS_METADATA: 'web' }, {}, { imdsV1: 'fallback' }));
    expect(withoutToken()).toEqual(['GET /latest/meta-data/ram/security-credentials/web']);
  });
});

describe('a profile with a role', () => {
  let oss: LocalOss;
  beforeEach(async () => {
    oss = await startLocalOss();
  });
  afterEach(() => oss.close());

  const roleProfile = (changes: object = {}): string => {
    const { accessKeyId: access_key_id, accessKeySecret: access_key_secret } = oss.owner;
    const key = { name: 'base', mode: 'AK', access_key_id, access_key_secret };
    const role = { name: 'role', mode: 'ChainableRamRoleArn', source_profile: 'base', ram_role_arn: oss.roleArn };
    return JSON.stringify({ current: 'role', profiles: [key, { ...role, ...changes }] });
  };

  it('assumes it at STS', async () => {
    const env = { ALIBABA_CLOUD_STS_ENDPOINT: oss.endpoint };
    const credentials = await obtain(start(env, { [CLI]: roleProfile({ ram_session_name: 'me' }) }));
    expect(credentials.accessKeyId).toMatch(/^STS\./);
    expect(credentials.expiration).toBeInstanceOf(Date);
  });

  it('prefers the endpoint of the profile to that of the environment', async () => {
    const env = { ALIBABA_CLOUD_STS_ENDPOINT: 'http://127.0.0.1:1' };
    const credentials = await obtain(start(env, { [CLI]: roleProfile({ sts_endpoint: oss.endpoint }) }));
    expect(credentials.accessKeyId).toMatch(/^STS\./);
  });

  it('chooses the region’s host of STS from the environment', async () => {
    const hosts: string[] = [];
    const fetching: typeof fetch = async (input) => {
      hosts.push(new URL(input instanceof Request ? input.url : input).host);
      throw new TypeError('no network');
    };
    const env = { ALIBABA_CLOUD_STS_REGION: 'cn-beijing', ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true' };
    await failing(start(env, { [CLI]: roleProfile() }, { fetch: fetching }));
    expect(new Set(hosts)).toEqual(new Set(['sts-vpc.cn-beijing.aliyuncs.com']));
  });
});
