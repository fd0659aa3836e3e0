import { afterEach, expect, it, vi } from 'vitest';
import * as onNode from '../../src/http/direct-node.ts';
import { sendWithFetch } from '../../src/http/http-call.ts';

afterEach(() => void vi.unstubAllGlobals());

async function initOf(takesCacheMode: () => boolean): Promise<RequestInit | undefined> {
  const send = vi.fn<typeof fetch>(async () => new Response('{}'));
  const { signal } = new AbortController();
  const call = { url: 'https://keys.example.com/', method: 'GET', headers: {}, signal } as const;
  await sendWithFetch(() => send, takesCacheMode)(call);
  return send.mock.calls[0]?.[1];
}

/** As it is elsewhere than on Node, before it was asked. */
async function elsewhere(): Promise<() => boolean> {
  vi.resetModules();
  return (await import('../../src/http/direct-fetch.ts')).takesCacheMode;
}

it('asks the platform to cache no credentials, and makes one Request at most to learn that it can', async () => {
  const made = vi.fn<(url: string, init: object) => void>();
  vi.stubGlobal('Request', made);
  const takesCacheMode = await elsewhere();
  expect(await initOf(takesCacheMode)).toMatchObject({ redirect: 'manual', cache: 'no-store' });
  expect(await initOf(takesCacheMode)).toMatchObject({ cache: 'no-store' });
  expect(made).toHaveBeenCalledOnce();
});

it('leaves the cache mode out where a runtime throws at it, as old Workers do', async () => {
  function OldRequest(_: string, given: object): void {
    if ('cache' in given) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  }
  vi.stubGlobal('Request', OldRequest);
  const takesCacheMode = await elsewhere();
  expect(await initOf(takesCacheMode)).not.toHaveProperty('cache');
});

it('makes no Request on Node, which would load its fetch', async () => {
  const made = vi.fn<() => void>();
  vi.stubGlobal('Request', made);
  expect(await initOf(onNode.takesCacheMode)).toMatchObject({ cache: 'no-store' });
  expect(made).not.toHaveBeenCalled();
});
