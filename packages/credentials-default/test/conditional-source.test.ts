import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failing, obtain, startPlaces, type Places } from './places.ts';

let places: Places;
beforeEach(async () => {
  places = await startPlaces();
});
afterEach(() => places.close());

describe('the source of the ECS role', () => {
  it('takes an absent metadata service for another kind of machine', async () => {
    const chain = places.start({}, {}, { metadataEndpoint: 'http://127.0.0.1:1' });
    const error = await failing(chain);
    expect(error).toMatchObject({ code: 'NOT_CONFIGURED', message: /this machine is probably not an ECS instance/ });
  });

  it('reports a failing service as such when a role was named', async () => {
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'web' };
    const error = await failing(places.start(env, {}, { metadataEndpoint: 'http://127.0.0.1:1' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it('asks the metadata service and this machine without the given fetch, which may use a proxy', async () => {
    const refusing: typeof fetch = async () => {
      throw new TypeError('a proxy');
    };
    expect(
      (await obtain(places.start({ ALIBABA_CLOUD_ECS_METADATA: 'web' }, {}, { fetch: refusing }))).accessKeyId,
    ).toBe('STS.ecs');
    const env = { ALIBABA_CLOUD_CREDENTIALS_URI: `${places.url}/uri` };
    expect((await obtain(places.start(env, {}, { fetch: refusing }))).accessKeyId).toBe('STS.uri');
  });

  it('refuses a role that was named and that the instance does not have', async () => {
    places.metadataStatus = 404;
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'web', ALIBABA_CLOUD_IMDSV1_DISABLED: 'false' };
    const error = await failing(places.start(env, {}, { imdsV1: 'fallback' }));
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: /the instance has no role "web"/ });
  });

  it('goes by version 1 only when that is allowed and not forbidden by the environment', async () => {
    places.metadataStatus = 404;
    const env = { ALIBABA_CLOUD_ECS_METADATA: 'web', ALIBABA_CLOUD_IMDSV1_DISABLED: 'true' };
    const withoutToken = () => places.asked.filter((request) => request.startsWith('GET'));
    await failing(places.start(env, {}, { imdsV1: 'fallback' }));
    expect(withoutToken()).toEqual([]);
    await failing(places.start({ ALIBABA_CLOUD_ECS_METADATA: 'web' }, {}, { imdsV1: 'fallback' }));
    expect(withoutToken()).toEqual(['GET /latest/meta-data/ram/security-credentials/web']);
  });
});
