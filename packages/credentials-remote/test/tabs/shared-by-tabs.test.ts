import { cached, systemClock, type FetchedCredentials } from '@ossgrant/credentials-core';
import { afterEach, expect, test, vi } from 'vitest';
import { sharedByTabs } from '../../src/tabs/index.ts';

afterEach(() => vi.unstubAllGlobals());

/** Web Locks, as a browser gives them to all its tabs. */
function webLocks(): { request(name: string, options: object, run: () => Promise<unknown>): Promise<unknown> } {
  let last: Promise<unknown> = Promise.resolve();
  return { request: (_name, _options, run) => (last = last.then(run, run)) };
}

function server(lifeMs = 900_000): { readonly name: string; fetch(): Promise<FetchedCredentials>; count: number } {
  return {
    name: 'server',
    count: 0,
    async fetch() {
      this.count += 1;
      return {
        accessKeyId: `STS.${this.count}`,
        accessKeySecret: 'secret',
        securityToken: `token ${this.count}`,
        expiration: new Date(Date.now() + lifeMs),
      };
    },
  };
}

test('asks the server once for eight requests in each of two tabs', async () => {
  vi.stubGlobal('navigator', { locks: webLocks() });
  const source = server();
  const tabs = [1, 2].map(() => cached(sharedByTabs(source, { channel: 'user 1' })));
  const given = await Promise.all(tabs.flatMap((tab) => Array.from({ length: 8 }, () => tab.getCredentials())));
  expect(new Set(given.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['STS.1']));
  expect(source.count).toBe(1);
});

test('renews a refused key once, whichever tab meets it first', async () => {
  vi.stubGlobal('navigator', { locks: webLocks() });
  const source = server();
  const tabs = [1, 2].map(() => cached(sharedByTabs(source, { channel: 'user 2' })));
  for (const tab of tabs) await tab.getCredentials();
  for (const tab of tabs) {
    tab.invalidate?.(await tab.getCredentials(), 'invalid-token');
    expect((await tab.getCredentials()).accessKeyId).toBe('STS.2');
  }
  expect(source.count).toBe(2);
});

test('takes nothing from a tab of another channel, nor what ends at once', async () => {
  vi.stubGlobal('navigator', { locks: webLocks() });
  const source = server(30_000);
  const context = { signal: new AbortController().signal, clock: systemClock };
  await sharedByTabs(source, { channel: 'user 3' }).fetch(context);
  await sharedByTabs(source, { channel: 'user 3' }).fetch(context);
  await sharedByTabs(source, { channel: 'user 4' }).fetch(context);
  expect(source.count).toBe(3);
});

test('is the source itself where there are no tabs', () => {
  vi.stubGlobal('navigator', {});
  const source = server();
  expect(sharedByTabs(source, { channel: 'user 5' })).toBe(source);
});
