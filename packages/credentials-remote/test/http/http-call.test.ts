import { expect, it, vi } from 'vitest';
import { sendWithFetch } from '../../src/http/http-call.ts';

const init = async (): Promise<RequestInit | undefined> => {
  const send = vi.fn<typeof fetch>(async () => new Response('{}'));
  const { signal } = new AbortController();
  await sendWithFetch(() => send)({ url: 'https://keys.example.com/', method: 'GET', headers: {}, signal });
  return send.mock.calls[0]?.[1];
};

it('asks the platform to cache no credentials', async () => {
  expect(await init()).toMatchObject({ redirect: 'manual', cache: 'no-store' });
});

it('leaves the cache mode out where a runtime throws at it, as old Workers do', async () => {
  function OldRequest(_: string, given: object): void {
    if ('cache' in given) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
  }
  vi.stubGlobal('Request', OldRequest);
  try {
    expect(await init()).not.toHaveProperty('cache');
  } finally {
    vi.unstubAllGlobals();
  }
});
