import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider } from '../../src/contracts.ts';
import { createManualClock } from '../manual-clock.ts';
import { createScriptedSource, key, settle } from './scripted-source.ts';
import { simulate } from './simulate.ts';

const HOUR = 3_600_000;

describe('a key that the server refuses', () => {
  it('is not taken back from the issuer: the refusal surfaces, and the issuer is asked at a bounded rate', async () => {
    const { clock, provider, tries } = simulate((now) => key(1, now.at(HOUR)));
    const first = await provider.getCredentials();
    clock.advance(60_000);
    provider.invalidate?.(first, 'expired');
    for (let call = 0; call < 100; call += 1) {
      await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'DENIED', retryable: true });
      clock.advance(100);
    }
    expect(tries.length).toBeLessThanOrEqual(6);
  });

  it('is believed again after a minute, as the refusal may have been the mistake', async () => {
    const { clock, provider } = simulate((now) => key(1, now.at(HOUR)));
    const first = await provider.getCredentials();
    provider.invalidate?.(first, 'expired');
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'DENIED' });
    clock.advance(60_000);
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key1');
  });

  it('forces one fetch in five seconds: in between, the refusal is given at once', async () => {
    let issued = 0;
    const { clock, provider, tries } = simulate((now) => key((issued += 1), now.at(HOUR)));
    provider.invalidate?.(await provider.getCredentials(), 'invalid-token');
    provider.invalidate?.(await provider.getCredentials(), 'invalid-token');
    clock.advance(4_999);
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'DENIED', retryAfterMs: 1 });
    expect(tries.length).toBe(2);
    clock.advance(1);
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key3');
  });

  it('does not shorten the pause of an issuer that fails', async () => {
    let down = false;
    const { clock, provider, tries } = simulate((now) => {
      if (down) throw new Error('down');
      return key(1, now.at(HOUR));
    });
    const first = await provider.getCredentials();
    clock.advance(HOUR - 60_000);
    down = true;
    expect(await provider.getCredentials()).toBe(first);
    expect(tries.length).toBe(2);
    provider.invalidate?.(first, 'expired');
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(tries.length).toBe(2);
  });
});

describe('a temporary key that is reported unknown within half a minute', () => {
  let provider: CachedProvider;
  const clock = createManualClock();
  const source = createScriptedSource();

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    provider = cached(source, { clock });
  });
  afterEach(async () => {
    await provider.close();
    vi.useRealTimers();
  });

  it('is given again after a second, once, and dropped when it is still unknown', async () => {
    const call = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    const first = await call;
    for (let report = 0; report < 100; report += 1) provider.invalidate?.(first, 'unknown-key');
    const again = Array.from({ length: 20 }, () => provider.getCredentials());
    await settle();
    expect(vi.getTimerCount()).toBe(1);
    clock.advance(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(new Set(await Promise.all(again))).toEqual(new Set([first]));
    expect(source.contexts.length).toBe(1);
    provider.invalidate?.(first, 'unknown-key');
    const renewed = provider.getCredentials();
    await source.answer(key(2, clock.at(HOUR)));
    expect((await renewed).accessKeyId).toBe('STS.key2');
  });

  it('does not hold up a caller that aborts, or one when the provider closes', async () => {
    const call = provider.getCredentials();
    await source.answer(key(1, clock.at(HOUR)));
    provider.invalidate?.(await call, 'unknown-key');
    const controller = new AbortController();
    const aborted = expect(provider.getCredentials({ signal: controller.signal })).rejects.toThrow('enough');
    const closed = expect(provider.getCredentials()).rejects.toThrow('was closed');
    await settle();
    controller.abort(new Error('enough'));
    await aborted;
    await provider.close();
    await closed;
    expect(vi.getTimerCount()).toBe(0);
  });
});
