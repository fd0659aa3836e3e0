import { afterEach, describe, expect, it } from 'vitest';
import { ecsRamRole, type EcsRamRoleOptions } from '../src/ecs-ram-role.ts';
import { fetchFrom, KEY, obtain, startKeyServer, type KeyServer, type Reply } from './key-server.ts';

const TOKEN = 'PUT /latest/api/token';
const ROLES = '/latest/meta-data/ram/security-credentials/';

let metadata: KeyServer;
afterEach(() => metadata.close());

/** A metadata service as ECS has it; `changes` answers some requests otherwise. */
async function start(changes: (asked: string, count: number) => Reply | undefined = () => undefined): Promise<void> {
  let tokens = 0;
  let count = 0;
  metadata = await startKeyServer((request) => {
    const asked = `${request.method} ${request.url}`;
    const changed = changes(asked, (count += 1));
    if (changed !== undefined) return changed;
    if (asked === TOKEN) return { body: `token-${(tokens += 1)}\n` };
    if (request.headers['x-aliyun-ecs-metadata-token'] !== `token-${tokens}`) return { status: 401 };
    if (asked === `GET ${ROLES}`) return { body: 'web-role\n' };
    return asked === `GET ${ROLES}web-role` ? { body: { ...KEY, Code: 'Success' } } : { status: 404 };
  });
}
const role = (options: EcsRamRoleOptions = {}) => ecsRamRole({ endpoint: metadata.url, ...options });

describe('ecsRamRole', () => {
  it('gets the credentials of the role that the instance has, by version 2', async () => {
    await start();
    const credentials = await obtain(role());
    expect(credentials.accessKeyId).toBe('STS.id');
    expect(credentials.securityToken).toBe('token-value');
    expect(credentials.expiration).toEqual(new Date(KEY.Expiration));
    expect(metadata.asked).toEqual([TOKEN, `GET ${ROLES}`, `GET ${ROLES}web-role`]);
    expect(metadata.headers[0]?.['x-aliyun-ecs-metadata-token-ttl-seconds']).toBe('21600');
  });

  it('takes the server’s time along', async () => {
    await start();
    expect((await fetchFrom(role())).serverDate).toBeInstanceOf(Date);
  });

  it('does not ask for a role that its options name', async () => {
    await start();
    await obtain(role({ roleName: 'web-role' }));
    expect(metadata.asked).toEqual([TOKEN, `GET ${ROLES}web-role`]);
  });

  it('keeps the session token for four fifths of its life', async () => {
    await start();
    const source = role({ roleName: 'web-role' });
    let monotonic = 0;
    const clock = { now: Date.now, monotonic: () => monotonic };
    await fetchFrom(source, clock);
    monotonic = 17_279_999;
    await fetchFrom(source, clock);
    expect(metadata.asked.filter((asked) => asked === TOKEN)).toHaveLength(1);
    monotonic = 17_280_000;
    await fetchFrom(source, clock);
    expect(metadata.asked.filter((asked) => asked === TOKEN)).toHaveLength(2);
  });

  it('gets one new session token when the old one is refused', async () => {
    await start((asked, count) => (asked !== TOKEN && count === 4 ? { status: 401 } : undefined));
    const source = role({ roleName: 'web-role' });
    await fetchFrom(source);
    await fetchFrom(source);
    await fetchFrom(source);
    expect(metadata.asked.filter((asked) => asked === TOKEN)).toHaveLength(2);
  });

  it('does not ask on and on when every session token is refused', async () => {
    await start((asked) => (asked === TOKEN ? undefined : { status: 401 }));
    await expect(fetchFrom(role({ roleName: 'web-role' }))).rejects.toMatchObject({ code: 'DENIED', status: 401 });
    expect(metadata.asked).toHaveLength(4);
  });

  it('does without session tokens only when its options allow it, and only when the service has none', async () => {
    await start((asked) => {
      if (asked === TOKEN) return { status: 404 };
      return { body: { ...KEY, Code: 'Success' } };
    });
    await expect(fetchFrom(role({ roleName: 'web-role' }))).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    expect((await obtain(role({ roleName: 'web-role', imdsV1: 'fallback' }))).accessKeyId).toBe('STS.id');
    await metadata.close();
    await start((asked) => (asked === TOKEN ? { status: 403 } : { body: KEY }));
    const refused = fetchFrom(role({ roleName: 'web-role', imdsV1: 'fallback' }));
    await expect(refused).rejects.toMatchObject({ code: 'DENIED' });
  });

  it.each([
    ['has no role', `GET ${ROLES}`, { status: 404 }, 'NOT_CONFIGURED'],
    ['has an empty role', `GET ${ROLES}`, { body: ' ' }, 'NOT_CONFIGURED'],
    ['does not know the role', `GET ${ROLES}web-role`, { status: 404 }, 'NOT_CONFIGURED'],
    ['names a role that leaves the path', `GET ${ROLES}`, { body: '../../user-data' }, 'INVALID_CONFIG'],
    ['names two roles', `GET ${ROLES}`, { body: 'one\ntwo' }, 'INVALID_CONFIG'],
    ['fails', `GET ${ROLES}web-role`, { status: 503 }, 'UNAVAILABLE'],
    ['redirects', `GET ${ROLES}web-role`, { status: 302, headers: { location: '/other' } }, 'INVALID_CONFIG'],
    ['says that it failed', `GET ${ROLES}web-role`, { body: { ...KEY, Code: 'Failed' } }, 'INVALID_CONFIG'],
    ['has no token', `GET ${ROLES}web-role`, { body: { ...KEY, SecurityToken: '' } }, 'INVALID_CONFIG'],
    ['has no end', `GET ${ROLES}web-role`, { body: { ...KEY, Expiration: null } }, 'INVALID_CONFIG'],
    ['answers with a page', `GET ${ROLES}web-role`, { body: '<html>secret-value' }, 'INVALID_CONFIG'],
    ['answers without end', `GET ${ROLES}web-role`, { body: 'x'.repeat(70_000) }, 'INVALID_CONFIG'],
    ['gives a token that breaks a header', TOKEN, { body: 'a b' }, 'INVALID_CONFIG'],
  ])('classifies a service that %s', async (_, at, reply, code) => {
    await start((asked) => (asked === at ? reply : undefined));
    const failure = fetchFrom(role());
    await expect(failure).rejects.toMatchObject({ name: 'CredentialError', code });
    await expect(failure).rejects.not.toThrow(/secret-value/);
    expect(metadata.asked).not.toContain('GET /other');
  });

  it('does not let a chain go on when the role was named', async () => {
    await start();
    const failure = fetchFrom(role({ roleName: 'other-role' }));
    await expect(failure).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: 'ecs-ram-role: the instance has no role "other-role"',
    });
  });

  it('gives up on a service that does not answer', async () => {
    metadata = await startKeyServer(() => undefined);
    const failure = fetchFrom(role({ timeoutMs: 20 }));
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await expect(failure).rejects.toThrow('did not respond within 20 ms');
  });

  it('calls an absent service unavailable', async () => {
    metadata = await startKeyServer(() => undefined);
    await metadata.close();
    await expect(fetchFrom(role())).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  it.each(['', '..', 'a/b', 'a?b', 'x'.repeat(65)])('refuses the role name %j before any call', async (roleName) => {
    await start();
    expect(() => role({ roleName })).toThrow('roleName');
  });

  it.each(['100.100.100.200', 'ftp://a', 'http://a/path'])('refuses the endpoint %s', async (endpoint) => {
    await start();
    expect(() => role({ endpoint })).toThrow('metadata endpoint');
  });
});
