import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { fromUrl } from '@ossgrant/http-downloader';
import { describe, expect, it, onTestFinished } from 'vitest';

const COUNT = 240;
const SHARDS = 4;
const KILLED = 2;
const BEFORE_KILL = 20;
const GUIDE = join(import.meta.dirname, '../../../docs/guides/download-at-scale.md');

const contentOf = (name: string): Buffer => Buffer.alloc(20_000, `the bytes of ${name} `);

/** Objects, of which those of one shard are sent by half from its twentieth on, until `release` is called. */
async function serveObjects() {
  const requests = new Map<string, number>();
  const held: (() => void)[] = [];
  const shards = new Map<string, number>();
  let isHeld = true;
  let sent = 0;
  let reportHeld = (): void => {};
  const holding = new Promise<void>((resolve) => (reportHeld = resolve));

  function send(name: string, response: ServerResponse): void {
    const bytes = contentOf(name);
    const facts = { 'content-length': bytes.length, etag: `"${name}"`, 'x-oss-hash-crc64ecma': String(crc64(bytes)) };
    response.writeHead(200, facts);
    if (!isHeld || shards.get(name) !== KILLED || (sent += 1) <= BEFORE_KILL) return void response.end(bytes);
    response.write(bytes.subarray(0, 10_000));
    held.push(() => response.destroy());
    reportHeld();
  }

  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '', 'http://server').pathname.slice(1);
    requests.set(name, (requests.get(name) ?? 0) + 1);
    send(name, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const links = Array.from({ length: COUNT }, (_, at) => `${origin}/object-${at}?x-oss-signature=secret`);
  for (const [at, link] of links.entries()) {
    const sum = crc64(new TextEncoder().encode(fromUrl(link).identity));
    shards.set(`object-${at}`, Number(sum % BigInt(SHARDS)));
  }
  const release = (): void => {
    isHeld = false;
    for (const end of held) end();
  };
  return { links, requests, shards, holding, release };
}

/** The guide's script in a folder where the packages resolve, with its list. */
async function guideFolder(links: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, 'guide-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [, script = ''] = /^```js\n(.*?)^```$/ms.exec(await readFile(GUIDE, 'utf8')) ?? [];
  await writeFile(join(folder, 'download.mjs'), script);
  await writeFile(join(folder, 'links.txt'), `${links.join('\n')}\n`);
  await mkdir(join(folder, 'data'));
  return folder;
}

/** How each scheduler of the guide starts a shard: its command for `sh`, and the variable that it sets. */
const SCHEDULERS: readonly [string, RegExp, string][] = [
  ['Kubernetes', /command: \[sh, -c, '(.*?)'\]/, 'JOB_COMPLETION_INDEX'],
  ['Slurm', /^```sh\n(#!\/bin\/sh\n.*?)^```$/ms, 'SLURM_ARRAY_TASK_ID'],
];

async function starterOf(command: RegExp, variable: string, folder: string): Promise<(index: number) => ChildProcess> {
  const [, text = ''] = command.exec(await readFile(GUIDE, 'utf8')) ?? [];
  // Slurm's own runs a command on the node that was assigned.
  await writeFile(join(folder, 'srun'), '#!/bin/sh\nexec "$@"\n');
  await chmod(join(folder, 'srun'), 0o755);
  const path = [folder, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return (index) => {
    const env = { PATH: path, [variable]: String(index) };
    // In a group of its own, so that a kill hits the shell and what it runs.
    const shard = spawn('sh', ['-c', text], { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    shard.stderr?.on('data', (data: Buffer) => process.stderr.write(data));
    return shard;
  };
}

const ended = async (shard: ChildProcess): Promise<unknown> => (await once(shard, 'close'))[0];

describe('four processes that share a list', () => {
  it.each(SCHEDULERS)(
    'as the guide starts them under %s, one of them killed midway and started again: every item once, all right',
    async (_name, command, variable) => {
      const { links, requests, shards, holding, release } = await serveObjects();
      const folder = await guideFolder(links);
      const start = await starterOf(command, variable, folder);
      const running = Array.from({ length: SHARDS }, (_, index) => start(index));
      const others = Promise.all(running.filter((_, index) => index !== KILLED).map(ended));
      await holding;
      const victim = running[KILLED];
      const killed = victim === undefined ? undefined : once(victim, 'close');
      process.kill(-(victim?.pid ?? Number.NaN), 'SIGKILL');
      expect(await killed).toEqual([null, 'SIGKILL']);
      expect(await others).toEqual([0, 0, 0]);
      const keys = [...shards.keys()];
      const asked = (isKilled: boolean): number[] =>
        keys.filter((key) => (shards.get(key) === KILLED) === isKilled).map((key) => requests.get(key) ?? 0);
      expect(new Set(asked(false))).toEqual(new Set([1]));
      expect(Math.min(...asked(true))).toBe(0);
      const half = (await readdir(join(folder, 'data'))).filter((name) => !name.startsWith('.'));
      expect(half.length).toBeLessThan(COUNT);
      release();
      expect(await ended(start(KILLED))).toBe(0);
      expect(Math.min(...asked(true))).toBe(1);
      const files = await readdir(join(folder, 'data'));
      expect(files.sort()).toEqual(keys.sort());
      for (const name of files) {
        expect((await readFile(join(folder, 'data', name))).equals(contentOf(name))).toBe(true);
      }
    },
    90_000,
  );
});
