import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ecsRamRole } from '../../src/ecs-ram-role.ts';
import { applicationServer, credentialsUri } from '../../src/over-http.ts';
import { KEY, obtain, startKeyServer, type KeyServer } from '../key-server.ts';

let server: KeyServer;
beforeEach(async () => {
  server = await startKeyServer((request) => {
    if (request.method === 'PUT') return { body: 'token' };
    return { body: { StatusCode: 200, ...KEY } };
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

describe('on Node', () => {
  it('the metadata service and this machine are asked without the global fetch, which may have a proxy', async () => {
    const fetches: unknown[] = [];
    vi.stubGlobal('fetch', async (url: unknown) => {
      fetches.push(url);
      throw new Error('a proxy');
    });
    const sources = [
      ecsRamRole({ endpoint: server.url, roleName: 'web' }),
      credentialsUri({ uri: server.url }),
      applicationServer({ url: server.url }),
    ];
    for (const source of sources) expect((await obtain(source)).accessKeyId).toBe('STS.id');
    expect(fetches).toEqual([]);
  });

  it('others are asked with the global fetch of that moment', async () => {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(KEY)));
    expect((await obtain(credentialsUri({ uri: 'https://keys.example.com/' }))).accessKeyId).toBe('STS.id');
  });
});
