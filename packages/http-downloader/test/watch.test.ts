import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DownloadEvent, Progress } from '../src/download.ts';
import { downloadToFile } from '../src/file/download-to-file.ts';
import { openDownload } from '../src/open-download.ts';
import { createProgressMeter } from '../src/progress.ts';
import { createPacer } from '../src/session/limits.ts';
import { fromLinks, fromUrl } from '../src/sources/from-url.ts';
import { AT_ONCE, breakAfter, headersOf, serveObject, temporaryFolder } from './kit.ts';

describe('progress', () => {
  function metered(totalBytes = 10_000) {
    let now = 0;
    const seen: Progress[] = [];
    const clock = { now: () => now, monotonic: () => now };
    const meter = createProgressMeter({ clock, totalBytes, onProgress: (progress) => seen.push(progress) });
    return { seen, meter, pass: (ms: number) => (now += ms) };
  }

  it('is called ten times a second at most, and at the end', () => {
    const { seen, meter, pass } = metered();
    for (let bytes = 10; bytes <= 10_000; bytes += 10) {
      pass(1);
      meter.report(bytes);
    }
    meter.finish();
    expect(seen.length).toBeLessThanOrEqual(12);
    expect(seen.at(-1)).toMatchObject({ receivedBytes: 10_000, totalBytes: 10_000 });
  });

  it('knows speed and remaining time of a steady download', () => {
    const { seen, meter, pass } = metered();
    for (let bytes = 0; bytes <= 5000; bytes += 100) {
      meter.report(bytes);
      pass(100);
    }
    expect(seen.at(-1)?.bytesPerSecond).toBeCloseTo(1000);
    expect(seen.at(-1)?.remainingMs).toBeCloseTo(5000);
  });

  it('never turns back', () => {
    const { seen, meter, pass } = metered();
    for (const bytes of [100, 5000, 200, 6000]) {
      meter.report(bytes);
      pass(200);
    }
    expect(seen.map(({ receivedBytes }) => receivedBytes)).toEqual([100, 5000, 5000, 6000]);
  });
});

describe('the bandwidth limit', () => {
  it('holds for all connections together', async () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now };
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    const pacer = createPacer({ limit: 1000, clock, sleep });
    const { signal } = new AbortController();
    for (let chunk = 0; chunk < 20; chunk += 1) await pacer.pace(500, signal);
    expect(now).toBe(10_000);
  });
});

it('the bandwidth limit counts what comes once more because the server knows no ranges', async () => {
  const bytes = Buffer.alloc(1_000_000, 'bytes ');
  const { url } = await serveObject(bytes, (_, response, count) => {
    if (count === 1) return breakAfter(800_000, bytes, response);
    response.writeHead(200, headersOf(bytes)).end(bytes);
    return true;
  });
  const waits: number[] = [];
  const { body, done } = await openDownload(fromUrl(url), {
    // At a byte a millisecond, where no time passes, the last wait is that for all bytes.
    bandwidthLimit: 1000,
    clock: { now: Date.now, monotonic: () => 0 },
    retry: { sleep: async (ms) => void waits.push(ms) },
  });
  for await (const _ of body);
  expect(await done).toMatchObject({ attempts: 2 });
  expect(Math.max(...waits)).toBeGreaterThan(1_600_000);
});

describe('the diagnostics channel', () => {
  const bytes = Buffer.alloc(200_000, 'bytes ');

  function heard(): DownloadEvent[] {
    const events: DownloadEvent[] = [];
    const listen = (event: unknown): void => void events.push(event as DownloadEvent);
    subscribe('ossgrant:download', listen);
    onTestFinished(() => void unsubscribe('ossgrant:download', listen));
    return events;
  }

  it('reports attempts, retries with their cause and renewals, and no secret', async () => {
    const events = heard();
    const { url } = await serveObject(bytes, (_, response, count) => {
      if (count === 1) return breakAfter(100_000, bytes, response);
      if (count === 2) response.writeHead(403).end('<Error><Code>AccessDenied</Code><EC>0002-00000069</EC></Error>');
      return count === 2;
    });
    const { body } = await openDownload(
      fromLinks(async () => url, 'the object'),
      { retry: AT_ONCE },
    );
    for await (const _ of body);
    expect(events.map(({ type }) => type)).toEqual(['attempt', 'retry', 'attempt', 'refresh', 'attempt']);
    expect(events[1]).toMatchObject({ cause: 'network', failures: 1 });
    expect(events[3]).toMatchObject({ cause: 'link-expired' });
    expect(events.every(({ identity }) => identity === 'the object')).toBe(true);
    expect(JSON.stringify(events)).not.toMatch(/http:|signature/);
  });

  it('may stop the download: no further request is sent', async () => {
    const abort = new AbortController();
    const stop = (): void => abort.abort(new Error('enough'));
    subscribe('ossgrant:download', stop);
    onTestFinished(() => void unsubscribe('ossgrant:download', stop));
    const { url, requests } = await serveObject(bytes, () => true);
    await expect(openDownload(fromUrl(url), { signal: abort.signal })).rejects.toThrow('enough');
    expect(requests).toEqual([]);
  });

  it('reports each part that is done', async () => {
    const events = heard();
    const { url } = await serveObject(bytes);
    const source = fromLinks(async () => url, 'the object');
    await downloadToFile(source, join(await temporaryFolder(), 'a'), { partSize: 80_000 });
    const parts = events.flatMap((event) => (event.type === 'part' ? [[event.start, event.end]] : []));
    expect(parts.sort(([a = 0], [b = 0]) => a - b)).toEqual([
      [0, 80_000],
      [80_000, 160_000],
      [160_000, 200_000],
    ]);
  });
});
