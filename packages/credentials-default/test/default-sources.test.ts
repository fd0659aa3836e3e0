import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI, failing, obtain, startPlaces, type Places } from './places.ts';

let places: Places;
beforeEach(async () => {
  places = await startPlaces();
});
afterEach(() => places.close());

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
    const credentials = await obtain(places.start(env, { [CLI]: roleProfile({ ram_session_name: 'me' }) }));
    expect(credentials.accessKeyId).toMatch(/^STS\./);
    expect(credentials.expiration).toBeInstanceOf(Date);
  });

  it('prefers the endpoint of the profile to that of the environment', async () => {
    const env = { ALIBABA_CLOUD_STS_ENDPOINT: 'http://127.0.0.1:1' };
    const credentials = await obtain(places.start(env, { [CLI]: roleProfile({ sts_endpoint: oss.endpoint }) }));
    expect(credentials.accessKeyId).toMatch(/^STS\./);
  });

  it('chooses the host of STS by the region of the profile, else by that of the environment', async () => {
    const hosts: string[] = [];
    const fetching: typeof fetch = async (input) => {
      hosts.push(new URL(input instanceof Request ? input.url : input).host);
      throw new TypeError('no network');
    };
    const env = { ALIBABA_CLOUD_STS_REGION: 'cn-beijing', ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true' };
    await failing(places.start(env, { [CLI]: roleProfile() }, { fetch: fetching }));
    const own = { sts_region: 'cn-shanghai', enable_vpc: true };
    await failing(places.start(env, { [CLI]: roleProfile(own) }, { fetch: fetching }));
    await failing(places.start(env, { [CLI]: roleProfile({ sts_region: 'cn-shanghai' }) }, { fetch: fetching }));
    expect([...new Set(hosts)]).toEqual([
      'sts-vpc.cn-beijing.aliyuncs.com',
      'sts-vpc.cn-shanghai.aliyuncs.com',
      'sts.cn-shanghai.aliyuncs.com',
    ]);
  });

  it('does not leave the VPC when STS inside it has no region', async () => {
    const vpc = { ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED: 'true' };
    for (const [env, changes] of [[vpc, {}] as const, [{}, { enable_vpc: true }] as const]) {
      const error = await failing(places.start(env, { [CLI]: roleProfile(changes) }));
      expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /STS inside a VPC needs a region/ });
    }
  });

  it('refuses a region that would change the host of STS', async () => {
    const error = await failing(places.start({}, { [CLI]: roleProfile({ sts_region: 'evil.example/' }) }));
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /the STS region must look like/ });
  });
});
