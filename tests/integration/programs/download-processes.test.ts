import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startLocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);

describe('a download in a process of its own', () => {
  it('resumes after SIGKILL at any instant, and the file is right [fault 48]', async () => {
    const script = join(import.meta.dirname, '../../../bench/download/download-sigkill.mjs');
    const env = { ...process.env, OSSGRANT_RUNS: '10', OSSGRANT_SEED: '1' };
    const { stdout } = await run(process.execPath, [script], { env });
    expect(stdout).toMatch(/seed 1: 10 kills, every file right; [1-9]\d* resumes kept bytes/);
  }, 120_000);

  it('has its file for itself: another process is refused, and neither spoils it [fault 51]', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
    const oss = await startLocalOss();
    onTestFinished(async () => {
      await oss.close();
      await rm(folder, { recursive: true });
    });
    const content = randomBytes(12 << 20);
    await oss.put('my-bucket', 'a.bin', content);
    const { endpoint, region, owner: credentials } = oss;
    const presigner = createPresigner({ endpoint, region, bucket: 'my-bucket', credentials });
    const { url } = await presigner.presign({ key: 'a.bin' });
    const file = join(folder, 'a.bin');
    const download = async (): Promise<unknown> => {
      const script = join(import.meta.dirname, 'download-once.mjs');
      return JSON.parse((await run(process.execPath, [script, url, file])).stdout);
    };
    const first = download();
    for (let turn = 0; turn < 400 && !(await readdir(folder)).includes('a.bin.ossgrant-part'); turn += 1)
      await delay(25);
    expect(await download()).toEqual({ code: 'TARGET_BUSY' });
    expect(await first).toEqual({ verified: 'crc64' });
    expect((await readFile(file)).equals(content)).toBe(true);
    expect(await readdir(folder)).toEqual(['a.bin']);
  });
});
