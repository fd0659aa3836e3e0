import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { beginUpload, call, sign, PATIENT } from '../kit.ts';

let directory: string;
let oss: LocalOss;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-close-'));
  oss = await startLocalOss({ directory });
  await oss.createBucket('close-bucket');
});
afterEach(async () => {
  await oss.close();
  await rm(directory, { recursive: true, force: true });
});

const dataFiles = (): Promise<string[]> => readdir(join(directory, 'close-bucket', 'data'));
const halfUpload = async (key: string): Promise<void> => {
  const count = (await dataFiles()).length;
  beginUpload(oss, { bucket: 'close-bucket', key }, 100);
  await vi.waitFor(async () => expect(await dataFiles()).toHaveLength(count + 1), PATIENT);
};

it('has nothing left to write when close resolves', async () => {
  for (const key of ['a', 'b', 'c']) await halfUpload(key);
  await oss.close();
  expect(await dataFiles()).toEqual([]);
});

it('resolves every close only when all is closed', async () => {
  await halfUpload('a');
  const first = oss.close();
  await oss.close();
  expect(await dataFiles()).toEqual([]);
  await first;
});

it('leaves a directory that the next server can read, whatever was going on', async () => {
  const put = (key: string) => call(oss, { method: 'PUT', bucket: 'close-bucket', key, scheme: 'v4-header' }, 'x');
  const puts = Array.from({ length: 64 }, (_, index) => put(`k${index}`).catch(() => undefined));
  await vi.waitFor(async () => expect((await dataFiles()).length).toBeGreaterThan(3), PATIENT);
  await oss.close();
  oss = await startLocalOss({ directory });
  await Promise.all(puts);
  const [objects, files] = [await readdir(join(directory, 'close-bucket', 'meta')), await dataFiles()];
  expect(files).toHaveLength(objects.length);
  await oss.close();
  oss = await startLocalOss({ directory });
});

it('does not wait for the end of a fault, and writes down that the client is gone', async () => {
  oss.faults.add({ key: 'a', latencyMs: 3_600_000 });
  const waiting = call(oss, { bucket: 'close-bucket', key: 'a' });
  const ended = expect(waiting).rejects.toThrow(/hang up|ECONNRESET/);
  oss.faults.add({ key: 'b', status: 503 });
  // The second request is answered: so the first one has taken its fault and waits.
  expect((await call(oss, { bucket: 'close-bucket', key: 'b' })).status).toBe(503);
  await oss.close();
  await ended;
  expect(oss.journal.entries().map(({ status, code }) => [status, code])).toEqual([
    [503, 'ServiceUnavailable'],
    [499, 'ClientGone'],
  ]);
});

it('does not wait for a stalled or limited answer', async () => {
  await oss.put('close-bucket', 'large', Buffer.alloc(8 << 20));
  oss.faults.add({ key: 'large', stallAfterBytes: 5 });
  const ask = { bucket: 'close-bucket', key: 'large' };
  const limited = { ...ask, query: { 'x-oss-traffic-limit': '819200' } };
  const reads = [call(oss, ask), call(oss, limited)].map((read) =>
    expect(read).rejects.toThrow(/aborted|hang up|ECONNRESET/),
  );
  await vi.waitFor(() => expect(oss.journal.entries()).toHaveLength(2), PATIENT);
  await oss.close();
  await Promise.all(reads);
});

it('does not wait for an answer that waits behind another one', async () => {
  await oss.put('close-bucket', 'large', Buffer.alloc(8 << 20));
  oss.faults.add({ stallAfterBytes: 5 });
  const { path } = sign(oss, { bucket: 'close-bucket', key: 'large' });
  const { hostname, port, host } = new URL(oss.endpoint);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(2));
  await vi.waitFor(() => expect(oss.journal.entries()).toHaveLength(2), PATIENT);
  await oss.close();
  socket.destroy();
});
