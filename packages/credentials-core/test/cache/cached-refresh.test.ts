import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CachedFixture, createCachedFixture, HOUR } from './cached-fixture.ts';
import { key, settle, unavailable } from './scripted-source.ts';

// An hour's windows without jitter.
const [ADVISORY, MANDATORY, GUARD] = [900_000, 60_000, 5_000];

let clock: CachedFixture['clock'];
let source: CachedFixture['source'];
let provider: CachedFixture['provider'];
let warm: CachedFixture['warm'];
let leave: CachedFixture['leave'];
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  ({ clock, source, provider, warm, leave } = createCachedFixture());
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  // Unhandled rejections are reported after the microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('in the advisory window', () => {
  it('hands out the old key at once and fetches once behind it', async () => {
    const old = await warm();
    leave(ADVISORY);
    expect(await Promise.all([provider.getCredentials(), provider.getCredentials()])).toEqual([old, old]);
    await settle();
    expect(source.contexts.length).toBe(2);
    expect(await provider.getCredentials()).toBe(old);
    await source.answer(key(2, clock.at(HOUR)));
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key2');
    expect(source.contexts.length).toBe(2);
  });

  it('keeps the old key when the fetch fails, without an unhandled rejection', async () => {
    const old = await warm();
    leave(ADVISORY);
    await provider.getCredentials();
    await source.fail(unavailable());
    expect(await provider.getCredentials()).toBe(old);
    expect(source.contexts.length).toBe(2);
    clock.advance(1_000);
    expect(await provider.getCredentials()).toBe(old);
    await source.fail(unavailable());
    expect(source.contexts.length).toBe(3);
  });

  it('begins no earlier', async () => {
    await warm();
    leave(ADVISORY + 1);
    await provider.getCredentials();
    await settle();
    expect(source.contexts.length).toBe(1);
  });
});

describe('in the mandatory window', () => {
  it('waits for the new key', async () => {
    await warm();
    leave(MANDATORY);
    const call = provider.getCredentials();
    await source.answer(key(2, clock.at(HOUR)));
    expect((await call).accessKeyId).toBe('STS.key2');
  });

  it('falls back to the old key while it is safe, and not after', async () => {
    const old = await warm();
    leave(GUARD + 1000);
    const fallback = provider.getCredentials();
    await source.fail(unavailable());
    expect(await fallback).toBe(old);
    clock.advance(499);
    expect(await provider.getCredentials()).toBe(old);
    clock.advance(501);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;
  });

  it('measures what is left after the failed fetch, not before', async () => {
    await warm();
    leave(MANDATORY);
    const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await settle();
    clock.advance(MANDATORY);
    await source.fail(unavailable());
    await call;
  });
});

describe('minValidityMs', () => {
  it('refreshes when a fresh key would live long enough', async () => {
    await warm();
    leave(HOUR / 2);
    const call = provider.getCredentials({ minValidityMs: HOUR * 0.75 });
    await source.answer(key(2, clock.at(HOUR)));
    expect((await call).accessKeyId).toBe('STS.key2');
  });

  it('does not refresh for a wish that no fresh key can meet, however often it is asked', async () => {
    const old = await warm();
    leave(HOUR / 2);
    for (let call = 0; call < 5; call += 1) {
      expect(await provider.getCredentials({ minValidityMs: 2 * HOUR })).toBe(old);
    }
    expect(source.contexts.length).toBe(1);
  });

  it('can be met up to half a minute short of a whole life', async () => {
    const old = await warm();
    clock.advance(30_001);
    expect(await provider.getCredentials({ minValidityMs: HOUR - 29_999 })).toBe(old);
    expect(source.contexts.length).toBe(1);
    const call = provider.getCredentials({ minValidityMs: HOUR - 30_000 });
    await source.answer(key(2, clock.at(HOUR)));
    expect((await call).accessKeyId).toBe('STS.key2');
  });

  it('does not refresh a key that is younger than half a minute, though the wall clock was set', async () => {
    const old = await warm();
    clock.advance(30_000);
    clock.sleep(60_000);
    expect(await provider.getCredentials({ minValidityMs: HOUR - 40_000 })).toBe(old);
    expect(source.contexts.length).toBe(1);
  });

  it('is a wish: the key at hand is given when the refresh fails', async () => {
    const old = await warm();
    leave(HOUR / 2);
    const call = provider.getCredentials({ minValidityMs: HOUR * 0.75 });
    await source.fail(unavailable());
    expect(await call).toBe(old);
  });
});

describe('invalidate', () => {
  it('drops the current key, whether given as handed out or as an equal copy', async () => {
    const old = await warm();
    provider.invalidate?.(old, 'invalid-token');
    const second = await warm(key(2, clock.at(HOUR)));
    clock.advance(5_000);
    provider.invalidate?.(key(2), 'expired');
    expect((await warm(key(3, clock.at(HOUR)))).accessKeyId).toBe('STS.key3');
    expect(second.accessKeyId).toBe('STS.key2');
  });

  it('ignores a late report about an older key', async () => {
    const old = await warm();
    provider.invalidate?.(old, 'expired');
    const current = await warm(key(2, clock.at(HOUR)));
    for (let report = 0; report < 100; report += 1) provider.invalidate?.(old, 'expired');
    expect(await provider.getCredentials()).toBe(current);
    expect(source.contexts.length).toBe(2);
  });

  it('makes one fetch of a hundred reports about the current key', async () => {
    const old = await warm();
    clock.advance(30_000);
    const calls = Array.from({ length: 100 }, () => {
      provider.invalidate?.(old, 'unknown-key');
      return provider.getCredentials();
    });
    await source.answer(key(2, clock.at(HOUR)));
    expect(new Set(await Promise.all(calls)).size).toBe(1);
    expect(source.contexts.length).toBe(2);
  });

  it('does not fall back to the key that was refused', async () => {
    const old = await warm();
    provider.invalidate?.(old, 'expired');
    const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await call;
  });
});
