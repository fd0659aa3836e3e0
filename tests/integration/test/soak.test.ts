import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, type Clock } from '@ossgrant/credentials-core';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import {
  fromLinks,
  fromObject,
  type DownloadEvent,
  type Progress,
  type RequestSource,
} from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const CONTENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 9)) % 256));
const KEY = 'large.bin';
const SEED = 20_260_101;

let oss: LocalOss;
let folder: string;
let clock: Clock;
let refreshes: string[];
const listen = (event: unknown): void => {
  const { type, ...rest } = event as DownloadEvent;
  if (type === 'refresh' && 'cause' in rest) refreshes.push(rest.cause);
};
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', KEY, CONTENT);
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  clock = { now: () => oss.clock.now().getTime(), monotonic: () => oss.clock.now().getTime() };
  refreshes = [];
  subscribe('ossgrant:download', listen);
});
afterEach(async () => {
  unsubscribe('ossgrant:download', listen);
  await oss.close();
  await rm(folder, { recursive: true, force: true });
});

/** Whole numbers in a range, the same for the same seed (Park and Miller). */
function drawing(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (state * 48_271) % 2_147_483_647;
    return from + (state % (to - from + 1));
  };
}

/** Downloads at a rate, in simulated time. */
async function download(source: RequestSource, bandwidthLimit: number, onProgress?: (progress: Progress) => void) {
  const path = join(folder, KEY);
  const sleep = async (ms: number): Promise<void> => oss.clock.advance(ms);
  const startedAt = clock.now();
  const result = await downloadToFile(source, path, {
    clock,
    bandwidthLimit,
    partSize: 50_000,
    connections: 3,
    retry: { sleep, random: () => 0.5 },
    // Each connection waits for the others' time, too.
    timeouts: { minBytesPerSecond: 0 },
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  expect(result).toMatchObject({ verified: 'crc64', bytes: CONTENT.length });
  expect((await readFile(path)).equals(CONTENT)).toBe(true);
  expect(await readdir(folder)).toEqual([KEY]);
  return { seconds: (clock.now() - startedAt) / 1000 };
}

describe('a download that outlives its permission many times', () => {
  it('asks for one fresh link each time that one has ended, and never before', async () => {
    const draw = drawing(SEED);
    const { endpoint, region, owner: credentials } = oss;
    const presigner = createPresigner({ endpoint, region, bucket: 'my-bucket', credentials, clock });
    const minted: { readonly at: number; readonly endsAt: number }[] = [];
    const mint = async (): Promise<string> => {
      const { url, expiration } = await presigner.presign({ key: KEY, expiresIn: draw(2, 6) });
      minted.push({ at: clock.now(), endsAt: expiration.getTime() });
      return url;
    };
    const { seconds } = await download(fromLinks(mint, KEY), 50_000);
    expect(seconds).toBeGreaterThanOrEqual(55);
    expect(minted.length).toBeGreaterThan(seconds / 10);
    expect(refreshes).toEqual(minted.slice(1).map(() => 'link-expired'));
    for (const [index, { at }] of minted.entries()) {
      if (index > 0) expect(at).toBeGreaterThanOrEqual(minted[index - 1]?.endsAt ?? Infinity);
    }
  });

  it('takes one new token of STS each time that one has ended, by its time or by the server', async () => {
    const draw = drawing(SEED);
    const role = assumeRole({
      caller: oss.owner,
      roleArn: oss.roleArn,
      sessionName: 'overnight',
      scope: allowDownload({ bucket: 'my-bucket', key: KEY }),
      endpoint: oss.endpoint,
      durationSeconds: 3600,
    });
    let taken = 0;
    const counted: typeof role = {
      name: role.name,
      fetch(context) {
        taken += 1;
        return role.fetch(context);
      },
    };
    const credentials = cached(counted, { clock, random: () => 0 });
    const source = fromObject({
      endpoint: oss.endpoint,
      region: oss.region,
      bucket: 'my-bucket',
      key: KEY,
      credentials,
      clock,
    });
    const ended = { byTime: 0, byServer: 0 };
    let next = draw(100_000, 300_000);
    const end = async (): Promise<void> => {
      if (ended.byTime === ended.byServer) {
        ended.byTime += 1;
        oss.clock.advance(3_600_000);
      } else {
        ended.byServer += 1;
        oss.expireToken(await credentials.getCredentials());
      }
    };
    let ending = Promise.resolve();
    await download(source, 20_000, ({ receivedBytes }) => {
      // Not at the very end, where nobody would ask for another.
      if (receivedBytes < next || receivedBytes > 2_700_000) return;
      next = receivedBytes + draw(200_000, 400_000);
      ending = end();
    });
    await ending;
    expect(Math.min(ended.byTime, ended.byServer)).toBeGreaterThan(1);
    expect(taken).toBe(1 + ended.byTime + ended.byServer);
    expect(refreshes).toHaveLength(ended.byServer);
  });
});
