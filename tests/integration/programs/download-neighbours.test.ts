import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'download-once.mjs');
const CONTENT = Buffer.alloc(3 << 20, 'content ');

async function serve(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': CONTENT.length, etag: '"a"' }).end(CONTENT);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a`;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('a download in a process of its own', () => {
  it.each(['', '.json', '.json.new', '.lock'])(
    'does not wait for a pipe that was planted at .ossgrant-part%s [fault 61]',
    async (ending) => {
      const folder = await temporaryFolder();
      const file = join(folder, 'a.bin');
      await run('mkfifo', [`${file}.ossgrant-part${ending}`]);
      const { stdout } = await run(process.execPath, [SCRIPT, await serve(), file], { timeout: 20_000 });
      expect(JSON.parse(stdout)).toEqual({ verified: 'none' });
      expect((await readFile(file)).equals(CONTENT)).toBe(true);
      expect(await readdir(folder)).toContain('a.bin');
    },
  );

  it('refuses a pipe as its target instead of waiting for a reader [fault 77]', async () => {
    const file = join(await temporaryFolder(), 'a.bin');
    await run('mkfifo', [file]);
    const { stdout } = await run(process.execPath, [SCRIPT, await serve(), file], { timeout: 20_000 });
    expect(JSON.parse(stdout)).toEqual({ code: 'FILE_SYSTEM' });
  });

  it.each([2_000_000, 6_000_000])(
    'does without WebAssembly where it gets no memory, below %i KiB of address space, and says what helps where undici needs it [fault 78]',
    async (limit) => {
      const command = `ulimit -v ${limit}; exec "$@"`;
      const file = join(await temporaryFolder(), 'a.bin');
      const start = async (direct: 'on' | 'off', ...node: readonly string[]): Promise<unknown> => {
        const args = ['-c', command, 'bash', process.execPath, ...node, SCRIPT, await serve(), file];
        const env = { ...process.env, OSSGRANT_DIRECT: direct };
        return JSON.parse((await run('bash', args, { timeout: 20_000, env })).stdout);
      };
      expect(await start('on')).toEqual({ verified: 'none' });
      expect((await readFile(file)).equals(CONTENT)).toBe(true);
      expect(await start('off')).toEqual({ code: 'UNSUPPORTED' });
      expect(await start('off', '--disable-wasm-trap-handler')).toEqual({ verified: 'none' });
    },
  );
});
