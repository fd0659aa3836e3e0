import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheOptions } from '../../src/cache/cache-options.ts';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider, Clock } from '../../src/contracts.ts';
import { createScriptedSource, key, type ScriptedSource, settle, unavailable } from './scripted-source.ts';

const HOUR = 3_600_000;
const clock: Clock = { now: () => Date.now(), monotonic: () => Date.now() };
let source: ScriptedSource;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1) });
  source = createScriptedSource();
});
afterEach(() => {
  vi.useRealTimers();
});

const create = (options: CacheOptions = {}): CachedProvider => cached(source, { clock, random: () => 0, ...options });
const inOneHour = (): Date => new Date(Date.now() + HOUR);

describe('the time limit', () => {
  it('ends a fetch that never settles, aborts its signal, and frees the slot', async () => {
    const provider = create({ timeoutMs: 1_000 });
    const call = expect(provider.getCredentials()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      retryable: true,
      message: 'credential source "scripted" did not respond within 1000 ms',
    });
    await vi.advanceTimersByTimeAsync(1_000);
    await call;
    expect(source.contexts[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    void provider.getCredentials().catch(() => {});
    await settle();
    expect(source.contexts.length).toBe(2);
  });

  it('is 25 seconds by default', async () => {
    const provider = create();
    const call = expect(provider.getCredentials()).rejects.toThrow('within 25000 ms');
    await vi.advanceTimersByTimeAsync(24_999);
    expect(source.contexts[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await call;
  });

  it('ignores an answer that comes too late', async () => {
    const provider = create({ timeoutMs: 1_000 });
    const call = expect(provider.getCredentials()).rejects.toThrow('within 1000 ms');
    await vi.advanceTimersByTimeAsync(1_000);
    await call;
    await source.answer(key(1, inOneHour()));
    await vi.advanceTimersByTimeAsync(1_000);
    const second = provider.getCredentials();
    await source.answer(key(2, inOneHour()));
    expect((await second).accessKeyId).toBe('STS.key2');
  });

  it('leaves no timer behind an answer or a failure', async () => {
    const provider = create();
    const failed = expect(provider.getCredentials()).rejects.toThrow('down');
    await source.fail(unavailable());
    await failed;
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    const call = provider.getCredentials();
    await source.answer(key(1, inOneHour()));
    await call;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('close', () => {
  const closed = { code: 'UNAVAILABLE', message: 'credential source "scripted" was closed' };

  it('aborts the fetch in flight and fails those who wait', async () => {
    const provider = create();
    const call = expect(provider.getCredentials()).rejects.toMatchObject(closed);
    await settle();
    await provider.close();
    await call;
    expect(source.contexts[0]?.signal.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks no source any more when it comes right after a call', async () => {
    const provider = create();
    const call = expect(provider.getCredentials()).rejects.toMatchObject(closed);
    await provider.close();
    await call;
    expect(source.contexts.length).toBe(0);
  });

  it('refuses later calls, the warm ones too, and may be called twice', async () => {
    const provider = create({ keepWarm: true });
    const call = provider.getCredentials();
    await source.answer(key(1, inOneHour()));
    await call;
    await provider.close();
    await provider.close();
    await expect(provider.getCredentials()).rejects.toMatchObject({ ...closed, retryable: false });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('keepWarm', () => {
  async function warm(provider: CachedProvider): Promise<void> {
    const call = provider.getCredentials();
    await source.answer(key(1, inOneHour()));
    await call;
  }

  it('renews at the advisory window without being asked, again and again', async () => {
    const provider = create({ keepWarm: true });
    await warm(provider);
    await vi.advanceTimersByTimeAsync(HOUR - 900_000 - 1);
    expect(source.contexts.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(source.contexts.length).toBe(2);
    await source.answer(key(2, inOneHour()));
    await vi.advanceTimersByTimeAsync(HOUR - 900_000);
    expect(source.contexts.length).toBe(3);
    await source.answer(key(3, inOneHour()));
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key3');
    await provider.close();
  });

  it('tries again after a failure, when the pause is over', async () => {
    const provider = create({ keepWarm: true });
    await warm(provider);
    await vi.advanceTimersByTimeAsync(HOUR - 900_000);
    await source.fail(unavailable());
    await vi.advanceTimersByTimeAsync(999);
    expect(source.contexts.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(source.contexts.length).toBe(3);
    await source.answer(key(2, inOneHour()));
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key2');
    await provider.close();
  });

  it('does not try again by itself when there was never a key', async () => {
    const provider = create({ keepWarm: true });
    const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await call;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has one timer at a time, however often it renews', async () => {
    const provider = create({ keepWarm: true });
    await warm(provider);
    provider.invalidate?.(key(1), 'expired');
    const call = provider.getCredentials();
    await source.answer(key(2, inOneHour()));
    await call;
    expect(vi.getTimerCount()).toBe(1);
    await provider.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not renew a lasting key, and nothing at all without the option', async () => {
    const lasting = create({ keepWarm: true });
    const call = lasting.getCredentials();
    await source.answer({ accessKeyId: 'id', accessKeySecret: 'secret' });
    await call;
    expect(vi.getTimerCount()).toBe(0);
    await warm(create());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits at least a second, so that short-lived keys make no hot loop', async () => {
    const provider = create({ keepWarm: true });
    const call = provider.getCredentials();
    await source.answer(key(1, new Date(Date.now() + 4_000)));
    await call;
    await vi.advanceTimersByTimeAsync(999);
    expect(source.contexts.length).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(source.contexts.length).toBe(2);
    const closing = provider.close();
    await closing;
  });

  it('survives a life longer than a timer can count', async () => {
    const provider = create({ keepWarm: true });
    const call = provider.getCredentials();
    await source.answer(key(1, new Date(Date.now() + 100 * 24 * HOUR)));
    await call;
    await vi.advanceTimersByTimeAsync(24 * HOUR);
    expect(source.contexts.length).toBe(1);
    await provider.close();
  });
});

it("keepWarm's timer does not keep the process alive", async () => {
  vi.useRealTimers();
  const timers: NodeJS.Timeout[] = [];
  const real = setTimeout;
  vi.stubGlobal('setTimeout', (...args: Parameters<typeof setTimeout>) => {
    const timer = real(...args);
    timers.push(timer);
    return timer;
  });
  const provider = create({ keepWarm: true });
  const call = provider.getCredentials();
  await source.answer(key(1, inOneHour()));
  await call;
  vi.unstubAllGlobals();
  expect(timers.at(-1)?.hasRef()).toBe(false);
  await provider.close();
});
