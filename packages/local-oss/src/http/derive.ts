import { Readable } from 'node:stream';

/** A stream of what a generator makes of a source. The source ends with it, also when nothing was ever read. */
export function derive(
  source: Readable,
  transform: (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
): Readable {
  const derived = Readable.from(transform(source as AsyncIterable<Buffer>), { objectMode: false });
  // A generator that was never started has no `finally` to run.
  return derived.once('close', () => source.destroy());
}
