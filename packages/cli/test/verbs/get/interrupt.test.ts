import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli, startCli } from '../../run-cli.ts';

const CONTENT = randomBytes(24_000_000);

test(
  'Ctrl-C leaves a download that the same command goes on with, and that ends right',
  { timeout: 30_000 },
  async ({ oss }) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-interrupt-'));
    try {
      await oss.put('my-bucket', 'large.bin', CONTENT);
      const env = oss.environment();
      // The server sends each of three parts at that rate, which takes two seconds.
      const { stdout } = await runCli(['sign', 'oss://my-bucket/large.bin', '--limit-rate', '4MB/s'], { env });
      const running = startCli(['get', stdout.trim(), '-o', 'large.bin'], { env, cwd });
      await bytesIn(path.join(cwd, 'large.bin.ossgrant-part'));
      running.child.kill('SIGINT');
      const broken = await running.ended;
      expect({ code: broken.code, stdout: broken.stdout }).toEqual({ code: 130, stdout: '' });
      expect(broken.stderr).toContain('interrupted');
      expect(broken.stderr).toContain('to resume, run the same command again');
      expect((await readdir(cwd)).sort()).toEqual(['large.bin.ossgrant-part', 'large.bin.ossgrant-part.json']);

      const second = await runCli(['get', stdout.trim(), '-o', 'large.bin', '--json'], { env, cwd });
      expect(second.code).toBe(0);
      const { downloads } = JSON.parse(second.stdout) as { downloads: { resumedFrom: number; verified: string }[] };
      expect(downloads[0]?.resumedFrom).toBeGreaterThan(0);
      expect(downloads[0]?.verified).toBe('crc64');
      expect(CONTENT.equals(await readFile(path.join(cwd, 'large.bin')))).toBe(true);
      expect(await readdir(cwd)).toEqual(['large.bin']);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  },
);

test.runIf(process.platform !== 'win32').for<[NodeJS.Signals, number]>([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGQUIT', 131],
])('%s ends a download with the code %i, and leaves nothing of it', async ([signal, code], { onTestFinished }) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-interrupt-'));
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': 1000, etag: '"a"' }).write('the first bytes');
  }).listen(0, '127.0.0.1');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await rm(cwd, { recursive: true, force: true });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const running = startCli(['get', `http://127.0.0.1:${port}/a.bin`], { cwd });
  await once(server, 'request');
  for (let tries = 0; tries < 1000 && (await readdir(cwd)).length === 0; tries += 1) await delay(10);
  expect(await readdir(cwd)).toHaveLength(1);
  running.child.kill(signal);
  const ended = await running.ended;
  expect(ended.stderr).toContain('interrupted');
  expect(ended.code).toBe(code);
  expect(await readdir(cwd)).toEqual([]);
});

/** Waits until something was written to a file. */
async function bytesIn(file: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const found = await stat(file).catch(() => undefined);
    if ((found?.size ?? 0) > 0) return;
    await delay(10);
  }
  throw new Error(`nothing was written to ${file}`);
}
