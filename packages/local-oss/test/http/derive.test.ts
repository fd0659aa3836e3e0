import { once } from 'node:events';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { derive } from '../../src/http/oss-response.ts';
import { limitRate, realPace } from '../../src/operations/object/traffic-limit.ts';
import { spoilBody } from '../../src/server/faults.ts';

const { signal } = new AbortController();
const source = (): Readable => Readable.from([Buffer.from('hello'), Buffer.from(' world')], { objectMode: false });

it.each<[string, (from: Readable) => Readable]>([
  ['a limited body', (from) => derive(from, (bytes) => limitRate(bytes, 8_000_000, realPace(signal)))],
  ['a spoiled body', (from) => spoilBody(from, {}, { clientGone: signal, onFirstBytes: async () => undefined })],
])('ends the source of %s that nobody has read', async (_, make) => {
  const from = source();
  const body = make(from);
  body.destroy();
  await once(body, 'close');
  expect(from.destroyed).toBe(true);
});

it('passes everything on, then ends the source', async () => {
  const from = source();
  const chunks: unknown[] = await derive(from, (bytes) => bytes).toArray();
  expect(chunks.join('')).toBe('hello world');
  expect(from.destroyed).toBe(true);
});

it('ends a wait when the client is gone', async () => {
  const gone = new AbortController();
  const waiting = realPace(gone.signal).wait(3_600_000);
  gone.abort();
  await expect(waiting).rejects.toThrow('aborted');
});
