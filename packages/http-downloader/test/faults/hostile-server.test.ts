import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DownloadError } from '../../src/download-error.ts';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { sweepKept } from '../../src/transport/direct-connection.ts';
import { AT_ONCE } from '../kit.ts';
import { behaviours, misbehave, OBJECTS, type Behaviour } from './hostile-server.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 10);
// Responses that stop need a timeout that is short, and with it a machine that is not slow: the many runs have them only.
const hasStalls = RUNS >= 1000;
const LIMIT_MS = hasStalls ? 300 : 20_000;
const HANGS_MS = 60_000;

const script = fc.array(behaviours({ stalls: hasStalls }), { minLength: 1, maxLength: 40, size: 'max' });

/** Starts a server that takes requests by these behaviours, and those after them well. */
async function hostileServer(first: readonly Behaviour[]) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    misbehave(socket, () => first[requests++] ?? GOOD);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const GOOD: Behaviour = {
  form: 'good',
  status: 500,
  lengthChange: 0,
  interim: 0,
  changes: [],
  bytesBefore: '',
  bytesAfter: '',
  isFollowed: false,
  lateBytes: '',
  cut: undefined,
  pieces: [],
  end: 'keep',
};

/** Fails when a download neither ends nor fails. */
async function unlessItHangs<T>(download: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hung = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the download hangs')), HANGS_MS);
  });
  return Promise.race([download, hung]).finally(() => clearTimeout(timer));
}

describe.each([
  ['direct connections', true],
  ["undici's connections", false],
] as const)('a hostile server, over %s,', (_, direct) => {
  it('has each download end in the right file, or in a typed error and none', { timeout: 3_600_000 }, async () => {
    const ends: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(script, async (behaviour) => {
        const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
        const server = await hostileServer(behaviour);
        const get = async (path: string, bytes: Buffer, name: string): Promise<void> => {
          const target = join(folder, name);
          const result = await unlessItHangs(
            downloadToFile(fromUrl(server.origin + path), target, {
              direct,
              partSize: 16_384,
              connections: 2,
              requireVerified: true,
              retry: { ...AT_ONCE, maxFailures: 2 },
              timeouts: { connectMs: 20_000, headersMs: LIMIT_MS, bodyMs: LIMIT_MS },
            }),
          ).catch((error: unknown) => error);
          const files = (await readdir(folder)).filter((each) => each.startsWith(name));
          if (result instanceof Error) {
            expect(result).toBeInstanceOf(DownloadError);
            // What a later run would resume.
            const pair = [`${name}.ossgrant-part`, `${name}.ossgrant-part.json`];
            expect([[], pair]).toContainEqual(files.toSorted());
          } else {
            expect(result).toMatchObject({ verified: 'crc64', bytes: bytes.length });
            expect(files).toEqual([name]);
            expect((await readFile(target)).equals(bytes)).toBe(true);
          }
          const end = result instanceof DownloadError ? result.code : 'completed';
          ends[end] = (ends[end] ?? 0) + 1;
        };
        try {
          const objects = [...OBJECTS];
          // One after the other, on one connection as far as it lasts, then all at once.
          for (const [path, bytes] of objects) await get(path, bytes, `one${path.slice(1)}`);
          await Promise.all(objects.map(([path, bytes]) => get(path, bytes, `all${path.slice(1)}`)));
        } finally {
          sweepKept(Infinity);
          await server.close();
          await rm(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: RUNS, seed: 22 },
    );
    // Otherwise the server was not hostile, or nothing else.
    const { completed = 0, ...failed } = ends;
    expect(completed).toBeGreaterThan(RUNS);
    expect(Object.keys(failed).length).toBeGreaterThan(1);
    console.log(`${RUNS} servers: ${JSON.stringify(ends)}`);
  });
});
