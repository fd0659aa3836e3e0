import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { CredentialEvent } from '../../src/cache/cache-options.ts';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider } from '../../src/contracts.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { createManualClock } from '../manual-clock.ts';
import { type CachedFixture, createCachedFixture, HOUR } from './cached-fixture.ts';
import { createScriptedSource, key, settle, unavailable } from './scripted-source.ts';

function create(): CachedFixture & { readonly events: readonly CredentialEvent[] } {
  const events: CredentialEvent[] = [];
  return { ...createCachedFixture({ onEvent: (event) => events.push(event) }), events };
}

describe('single flight', () => {
  it('serves 1000 concurrent cold calls with one fetch and one snapshot', async () => {
    const { source, provider, clock } = create();
    const calls = Array.from({ length: 1000 }, () => provider.getCredentials());
    await source.answer(key(1, clock.at(HOUR)));
    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(source.contexts.length).toBe(1);
  });

  it('fetches nothing before somebody asks', async () => {
    const { source } = create();
    await settle();
    expect(source.contexts.length).toBe(0);
  });

  it('asks once in a life, until the advisory window', async () => {
    const { source, provider, clock } = create();
    const first = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    await first;
    for (let minute = 0; minute < 44; minute += 1) {
      clock.advance(60_000);
      await provider.getCredentials();
    }
    expect(source.contexts.length).toBe(1);
  });

  it('holds also for a listener that asks again from within a fetch', async () => {
    const clock = createManualClock();
    const source = createScriptedSource();
    const inner: Promise<unknown>[] = [];
    const provider: CachedProvider = cached(source, {
      clock,
      onEvent: (event) => {
        if (event.type === 'refresh-started') inner.push(provider.getCredentials());
      },
    });
    const outer = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    expect(await Promise.all(inner)).toEqual([await outer]);
    expect(source.contexts.length).toBe(1);
  });

  it('gives redacted snapshots, whatever the source returned', async () => {
    const { source, provider, clock } = create();
    const call = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    expect(JSON.stringify(await call)).not.toMatch(/secret1|token1/);
    expect(Object.isFrozen(await call)).toBe(true);
  });
});

describe('a failed fetch', () => {
  it("fails all who wait, with the source's own error", async () => {
    const { source, provider } = create();
    const error = unavailable();
    const calls = [provider.getCredentials(), provider.getCredentials()];
    const settled = Promise.allSettled(calls);
    await source.fail(error);
    for (const result of await settled) expect(result).toEqual({ status: 'rejected', reason: error });
  });

  it('is given again at once while the pause lasts, and is asked for anew after it', async () => {
    const { source, provider, clock } = create();
    const first = provider.getCredentials();
    const failed = expect(first).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await failed;
    clock.advance(999);
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1 });
    expect(source.contexts.length).toBe(1);
    clock.advance(1);
    const second = provider.getCredentials();
    await source.answer(key(2, clock.at(HOUR)));
    expect((await second).accessKeyId).toBe('STS.key2');
  });

  it('is not remembered when it fails before the source is asked', async () => {
    const clock = createManualClock();
    let broken = true;
    const moody = { ...clock, monotonic: () => (broken ? fail('clock') : clock.monotonic()) };
    const source = createScriptedSource();
    const provider = cached(source, { clock: moody });
    await expect(provider.getCredentials()).rejects.toThrow('clock');
    broken = false;
    const second = provider.getCredentials();
    await source.answer(key(2, clock.at(HOUR)));
    expect((await second).accessKeyId).toBe('STS.key2');
  });

  it.each([
    ['undefined', undefined],
    ['a partial key', { accessKeyId: 'id' }],
    ['an empty token', { ...key(1), securityToken: '' }],
    ['a token with a line break', { ...key(1), securityToken: 'a\nb' }],
    ['an expiration as text', { ...key(1), expiration: '2026-01-01' }],
  ])('is what an answer of %s is, and the key from before still serves', async (_name, answer) => {
    const { source, provider, clock } = create();
    const first = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    clock.advance(HOUR - 30_000);
    const second = provider.getCredentials();
    await source.answer(answer as ReturnType<typeof key>);
    expect(await second).toBe(await first);
    clock.advance(30_000);
    const third = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await source.answer(answer as ReturnType<typeof key>);
    await third;
  });

  it('wraps whatever a source throws except a CredentialError, also at once', async () => {
    for (const fetch of [() => Promise.reject(new Error('boom')), () => fail('boom')]) {
      const provider = cached({ name: 'rude', fetch });
      await expect(provider.getCredentials()).rejects.toMatchObject({
        name: 'CredentialError',
        code: 'UNAVAILABLE',
        retryable: true,
        message: 'credential source "rude" failed',
        cause: expect.objectContaining({ message: 'boom' }),
      });
    }
  });
});

it("a source's own error is kept without what was attached to it", async () => {
  const attached = Object.assign(new Error('boom'), { code: 'EBOOM', config: { headers: 'the-secret' } });
  const provider = cached({ name: 'rude', fetch: () => Promise.reject(attached) });
  const failure = await provider.getCredentials().catch((error: unknown) => error);
  expect(failure).toMatchObject({ cause: { message: 'boom', code: 'EBOOM', stack: attached.stack } });
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('the-secret');
  attached.cause = attached;
  const circular = cached({ name: 'rude', fetch: () => Promise.reject(attached) });
  expect(await circular.getCredentials().catch((error: unknown) => error)).toMatchObject({ code: 'UNAVAILABLE' });
  const silent = cached({ name: 'rude', fetch: () => Promise.reject('the-secret') });
  const other = await silent.getCredentials().catch((error: unknown) => error);
  expect(inspect(other, { depth: 9, showHidden: true })).not.toContain('the-secret');
});

describe("one waiter's abort", () => {
  it("ends that wait at once with the caller's reason, and nobody else's", async () => {
    const { source, provider, clock } = create();
    const controller = new AbortController();
    const impatient = provider.getCredentials({ signal: controller.signal });
    const patient = provider.getCredentials();
    await settle();
    const reason = new DOMException('enough', 'AbortError');
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    expect(source.contexts[0]?.signal.aborted).toBe(false);
    await source.answer(key(1, clock.at(HOUR)));
    expect((await patient).accessKeyId).toBe('STS.key1');
  });

  it('does not throw the answer away when all have left', async () => {
    const { source, provider, clock } = create();
    const controller = new AbortController();
    const call = expect(provider.getCredentials({ signal: controller.signal })).rejects.toThrow('aborted');
    await settle();
    controller.abort();
    await call;
    await source.answer(key(1, clock.at(HOUR)));
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key1');
    expect(source.contexts.length).toBe(1);
  });

  it('starts no fetch when it came before the call', async () => {
    const { source, provider } = create();
    await expect(provider.getCredentials({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await settle();
    expect(source.contexts.length).toBe(0);
  });

  it('is still an abort while an old key would serve', async () => {
    const { source, provider, clock } = create();
    const first = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    await first;
    clock.advance(HOUR - 30_000);
    const controller = new AbortController();
    const call = expect(provider.getCredentials({ signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    await settle();
    controller.abort();
    await call;
    await source.answer(key(2, clock.at(HOUR)));
  });

  it('leaves no listener on a signal that many calls share', async () => {
    const { source, provider, clock } = create();
    const counted = countListeners();
    const calls = Array.from({ length: 10 }, () => provider.getCredentials({ signal: counted.signal }));
    await source.answer(key(1, clock.at(HOUR)));
    await Promise.all(calls);
    await settle();
    expect(counted.listeners()).toBe(0);
  });
});

describe('events', () => {
  it('tell what happened with the last four characters of the key id and nothing secret', async () => {
    const { source, provider, clock, events } = create();
    const call = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    provider.invalidate?.(await call, 'expired');
    const failed = expect(provider.getCredentials()).rejects.toThrow(CredentialError);
    await source.fail(unavailable());
    await failed;
    expect(events).toEqual([
      { type: 'refresh-started', source: 'scripted' },
      {
        type: 'refresh-succeeded',
        source: 'scripted',
        keyIdTail: 'key1',
        expiration: clock.at(HOUR),
        replaced: true,
        durationMs: 0,
      },
      { type: 'invalidated', source: 'scripted', reason: 'expired', dropped: true },
      { type: 'refresh-started', source: 'scripted' },
      {
        type: 'refresh-failed',
        source: 'scripted',
        code: 'UNAVAILABLE',
        stillUsable: false,
        failures: 1,
        retryInMs: 1_000,
        durationMs: 0,
      },
    ]);
    expect(structuredClone(events)).toEqual(events);
  });

  it('cannot take credentials away by throwing', async () => {
    const clock = createManualClock();
    const source = createScriptedSource();
    const provider = cached(source, { clock, onEvent: () => fail('listener') });
    const call = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    expect((await call).accessKeyId).toBe('STS.key1');
  });
});

function fail(message: string): never {
  throw new Error(message);
}

function countListeners(): { readonly signal: AbortSignal; listeners(): number } {
  const { signal } = new AbortController();
  let count = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    count += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    count -= 1;
    removeEventListener.apply(signal, args);
  };
  return { signal, listeners: () => count };
}
