import { describe, expect, it } from 'vitest';
import { DownloadError } from '../../src/download-error.ts';
import type { RetryOptions } from '../../src/download.ts';
import { createSpeedWatch, withDefaultTimeouts } from '../../src/session/limits.ts';
import { readRetryAfter } from '../../src/session/retry-after.ts';
import { createRetry, retryPolicy, sleep } from '../../src/session/retry.ts';

const broken = (): DownloadError => new DownloadError('x', { code: 'NETWORK', retryable: true });
const throttled = (retryAfterMs?: number): DownloadError =>
  new DownloadError('x', {
    code: 'HTTP_STATUS',
    retryable: true,
    status: 429,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

function retrying(options: RetryOptions = {}, remainingMs = (): number => Infinity) {
  const waits: number[] = [];
  const sleepFor = async (ms: number): Promise<void> => void waits.push(ms);
  const policy = retryPolicy({ random: () => 0.5, ...options, sleep: sleepFor });
  let now = 0;
  const clock = { monotonic: () => now };
  const { signal } = new AbortController();
  const retry = createRetry({ policy, clock, minBytesPerSecond: 1024, signal, remainingMs });
  return { waits, retry, pass: (ms: number) => void (now += ms) };
}

describe('the retry policy', () => {
  it('doubles the bound of its random waits up to a limit', async () => {
    const { waits, retry } = retrying({ baseDelayMs: 100, maxDelayMs: 1000 });
    for (let failure = 0; failure < 6; failure += 1) await retry.after(broken());
    expect(waits).toEqual([50, 100, 200, 400, 500, 500]);
  });

  it('gives up with the last failure when so many in a row brought nothing', async () => {
    const { waits, retry } = retrying({ maxFailures: 3 });
    const last = broken();
    for (let failure = 0; failure < 3; failure += 1) await retry.after(broken());
    await expect(retry.after(last)).rejects.toBe(last);
    expect(waits).toHaveLength(3);
  });

  it('starts anew when enough bytes came', async () => {
    const { waits, retry, pass } = retrying({ maxFailures: 1, baseDelayMs: 100 });
    for (let failure = 0; failure < 5; failure += 1) {
      await retry.after(broken());
      pass(2000);
      retry.progress(1024);
      retry.progress(1024);
    }
    expect(waits).toEqual([50, 50, 50, 50, 50]);
  });

  it.each([
    ['one byte each time', 1, 0],
    ['fewer bytes than the lowest speed gives', 2000, 2000],
  ])('gives up on a server that sends %s [fault 75]', async (_, bytes, ms) => {
    const { retry, pass } = retrying({ maxFailures: 8 });
    const failing = async (): Promise<void> => {
      for (let failure = 0; failure < 9; failure += 1) {
        await retry.after(broken());
        pass(ms);
        retry.progress(bytes);
      }
    };
    await expect(failing()).rejects.toMatchObject({ code: 'NETWORK' });
  });

  it('waits no shorter than the server asks, and longer when it is throttled', async () => {
    const { waits, retry } = retrying({ baseDelayMs: 100 });
    await retry.after(throttled(7000));
    await retry.after(throttled());
    expect(waits).toEqual([7000, 400]);
  });

  it('caps what a server may ask for', async () => {
    const { waits, retry } = retrying({ maxRetryAfterMs: 5000 });
    await retry.after(throttled(1e12));
    expect(waits).toEqual([5000]);
  });

  it('gives up at once when the wait would pass the deadline', async () => {
    const { waits, retry } = retrying({}, () => 1000);
    await expect(retry.after(throttled(5000))).rejects.toMatchObject({ status: 429 });
    expect(waits).toEqual([]);
  });

  it('tries a source again that says that this helps, and nothing unknown', async () => {
    const { waits, retry } = retrying();
    await retry.after(Object.assign(new Error('down'), { retryable: true }));
    expect(waits).toHaveLength(1);
    await expect(retry.after(new Error('a bug'))).rejects.toThrow('a bug');
  });

  it.each(['maxFailures', 'baseDelayMs', 'deadlineMs'] as const)('refuses a negative %s', (name) => {
    expect(() => retryPolicy({ [name]: -1 })).toThrow(RangeError);
  });

  it.each([Infinity, 30 * 86_400_000])('refuses %d ms, which timers would take for no time at all', (tooLong) => {
    expect(() => retryPolicy({ deadlineMs: tooLong })).toThrow(
      'retry.deadlineMs must be a number from 0 to 2147483647',
    );
    expect(() => withDefaultTimeouts({ bodyMs: tooLong })).toThrow(RangeError);
    expect(retryPolicy({ maxFailures: Infinity }).maxFailures).toBe(Infinity);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [{ 'retry-after': '120' }, 120_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, 5000],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:05 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'x-oss-qos-delay-time': '300' }, 300],
    [{}, undefined],
  ])('%j means %s ms', (headers: Record<string, string>, expected) => {
    expect(readRetryAfter((name) => headers[name], now)).toBe(expected);
  });
});

describe('the speed watch', () => {
  it('gives a connection up that trickles', () => {
    const watch = createSpeedWatch(1024);
    for (let second = 0; second < 29; second += 1) watch.received(100, 1000);
    expect(() => watch.received(100, 1000)).toThrow(
      expect.objectContaining({ code: 'STALLED', retryable: true }) as Error,
    );
  });

  it('lets a slow reader take its time', () => {
    const watch = createSpeedWatch(1024);
    expect(() => {
      for (let chunk = 0; chunk < 1000; chunk += 1) watch.received(10, 0.1);
    }).not.toThrow();
  });
});

describe('sleep', () => {
  it('ends with the signal’s reason when it is aborted', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    const sleeping = sleep(1e6, abort.signal);
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(sleep(1e6, abort.signal)).rejects.toBe(reason);
  });
});
