import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/download.ts';
import { openDownload } from '../../src/open-download.ts';
import { serveObject, serveWell } from '../kit.ts';
import { replaceMethods, WRITES } from './faulty-disk.ts';
import {
  answer,
  BYTES,
  expectFailure,
  from,
  linkTo,
  PART,
  expectRefusal,
  expectFile,
  target,
  type CaseOptions,
} from './outcome.ts';

describe('a download that is stopped', () => {
  it.each<[string, (abort: AbortController) => CaseOptions]>([
    [
      'before it starts',
      (abort) => {
        abort.abort(new Error('enough'));
        return {};
      },
    ],
    ['in the middle, twice', (abort) => ({ onProgress: () => (abort.abort(new Error('enough')), abort.abort()) })],
    [
      'while it waits to try again',
      (abort) => ({
        retry: {
          sleep: async (_ms, signal) => {
            abort.abort(new Error('enough'));
            signal.throwIfAborted();
          },
        },
      }),
    ],
  ])('stops %s, with the reason given, and can be resumed [fault 57]', async (_, prepare) => {
    const abort = new AbortController();
    const path = await target();
    const { url } = await serveObject(BYTES, from(4, answer(500)));
    const options = { path, connections: 1, signal: abort.signal, ...prepare(abort) };
    expect(await expectFailure(url, options)).toMatchObject({ message: 'enough' });
    abort.abort();
    await expectFile((await serveObject(BYTES)).url, { path });
  });

  it('is not touched by an abort after its end [fault 57]', async () => {
    const abort = new AbortController();
    const path = await target();
    const { url } = await serveObject(BYTES);
    await expectFile(url, { path, signal: abort.signal });
    abort.abort();
    await expectFile(url, { path });
  });
});

describe('a download whose caller fails', () => {
  it.each([
    [PART, 1],
    [PART, BYTES.length],
    [1 << 20, 1],
    [1 << 20, BYTES.length],
  ])(
    'ends with the error of its progress callback, by parts of %i, after %i bytes [fault 58]',
    async (partSize, least) => {
      const onProgress = ({ receivedBytes }: Progress): void => {
        if (receivedBytes >= least) throw new RangeError('of the caller');
      };
      const path = await target();
      expect(await expectFailure((await serveObject(BYTES)).url, { path, onProgress, partSize })).toMatchObject({
        message: 'of the caller',
      });
      await expectFile((await serveObject(BYTES)).url, { path });
    },
  );
});

describe('a download faster than its disk', () => {
  it('holds the server back instead of keeping the bytes in memory [fault 59]', async () => {
    const content = Buffer.alloc(64 << 20, 'slow disk');
    const sum = String(crc64(content));
    const { url } = await serveObject(content, (request, response) => {
      serveWell(content, request, response, sum);
      return true;
    });
    let open: () => void = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const waiting = new Set<symbol>();
    await replaceMethods(WRITES, async (original, args) => {
      waiting.add(Symbol('write'));
      await opened;
      return original(...args);
    });
    const before = process.memoryUsage().arrayBuffers;
    // By this clock the turns below hardly keep the thread busy, so that it has several connections.
    const clock = { now: Date.now, monotonic: () => performance.now() * 100 };
    const done = expectFile(url, { content, partSize: 16 << 20, connections: 4, clock });
    let most = 0;
    // Once all connections wait for the disk: long enough for all of the object to come, were it not held back.
    for (let turn = 0; turn < 4000 || waiting.size < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (turn % 50 === 0) most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    // Each connection has one or two writes begun, and no more until one is done.
    expect(waiting.size).toBeLessThanOrEqual(8);
    open();
    await done;
    // The blocks of the pool do not count here; were the server not held back, 40 MiB would be beyond them.
    expect(most).toBeLessThan(16 << 20);
  }, 30_000);
});

describe('a download that is over', () => {
  /** Handles that keep the process alive, by kind; and the open files of the folder. */
  async function busy(folder: string): Promise<{ readonly kinds: Record<string, number>; readonly files: string[] }> {
    const kinds: Record<string, number> = { TCPSocketWrap: 0, TCPServerWrap: 0, Timeout: 0, ConnectWrap: 0 };
    for (const kind of process.getActiveResourcesInfo()) if (kind in kinds) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const files: string[] = [];
    for (const fd of await readdir('/proc/self/fd')) {
      const file = await readlink(`/proc/self/fd/${fd}`).catch(() => '');
      if (file.startsWith(folder)) files.push(file);
    }
    return { kinds, files };
  }

  it.runIf(process.platform === 'linux')(
    'however it ended leaves no file open, no socket, no timer and no temporary file [fault 60]',
    async () => {
      const path = await target();
      const folder = join(path, '..');
      const before = await busy(folder);
      const server = createServer((request, response) => {
        if (request.url?.startsWith('/stall') === true) return;
        if (request.url?.startsWith('/missing') === true) response.writeHead(404).end();
        else if (request.url?.startsWith('/cut') === true) response.writeHead(200).write('x', () => response.destroy());
        else serveWell(BYTES, request, response);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      for (let round = 0; round < 3; round += 1) {
        for (const partSize of [PART, 1 << 20]) {
          const options = { path: await target(), partSize, resume: false };
          await expectRefusal(`${origin}/missing`, { status: 404 }, options);
          await expectRefusal(`${origin}/cut`, { code: 'NETWORK' }, options);
          await expectRefusal(`${origin}/stall`, { code: 'NETWORK' }, { ...options, timeouts: { headersMs: 5 } });
          await expectRefusal(`${origin}/stall`, { code: 'DEADLINE' }, { ...options, retry: { deadlineMs: 5 } });
          const abort = new AbortController();
          await expectFailure(`${origin}/good`, { ...options, signal: abort.signal, onProgress: () => abort.abort() });
          await expectFailure(`${origin}/stall`, { ...options, signal: AbortSignal.timeout(5) });
          expect(await readdir(join(options.path, '..'))).toEqual(['a.bin']);
          await expectFile(`${origin}/good`, { ...options, path });
          const { body } = await openDownload(linkTo(`${origin}/good`));
          await body.cancel();
        }
      }
      const closed = once(server, 'close');
      server.close();
      // Connections that are kept for the next download are the pool's; it lets them go with the server.
      server.closeAllConnections();
      await closed;
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const after = await busy(folder);
      expect(after.files).toEqual([]);
      const more = (kind: string): number => (after.kinds[kind] ?? 0) - (before.kinds[kind] ?? 0);
      for (const kind of ['TCPSocketWrap', 'TCPServerWrap', 'ConnectWrap']) expect(more(kind)).toBeLessThanOrEqual(0);
      // The test runner has one of its own now and then; fifty downloads would leave more.
      expect(more('Timeout')).toBeLessThanOrEqual(1);
    },
    30_000,
  );
});
