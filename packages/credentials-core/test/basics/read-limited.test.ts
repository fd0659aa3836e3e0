import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLimited } from '../../src/basics/read-limited.ts';

/** A body of chunks that counts how many were asked for, and whether it was cancelled. */
function bodyOf(chunks: readonly Uint8Array[]): {
  body: ReadableStream<Uint8Array>;
  seen: { pulled: number; cancelled: boolean };
} {
  const seen = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.pulled];
        seen.pulled += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel: () => void (seen.cancelled = true),
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

describe('readLimited', () => {
  it('gives what a body has up to the limit, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), fc.nat(100), async (chunks, limit) => {
        const all = Buffer.concat(chunks);
        const { bytes, truncated } = await readLimited(bodyOf(chunks).body, limit);
        expect(Buffer.from(bytes)).toEqual(all.subarray(0, limit));
        expect(truncated).toBe(all.length > limit);
      }),
    );
  });

  it('reads no further than the limit, and cancels an endless body', async () => {
    const { body, seen } = bodyOf(Array.from({ length: 1_000 }, () => new Uint8Array(10)));
    expect(await readLimited(body, 25)).toEqual({ bytes: new Uint8Array(25), truncated: true });
    expect(seen).toEqual({ pulled: 3, cancelled: true });
  });

  it('takes a response without a body for an empty one', async () => {
    expect(await readLimited(null, 10)).toEqual({ bytes: new Uint8Array(0), truncated: false });
  });

  it('passes on the error of a body that breaks', async () => {
    const broken = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('reset')) });
    await expect(readLimited(broken, 10)).rejects.toThrow('reset');
  });
});
