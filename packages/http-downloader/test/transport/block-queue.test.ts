import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBlockQueue } from '../../src/transport/block-queue.ts';
import type { Blocks } from '../../src/transport/transport.ts';

const SIZE = 8;

/** Blocks that know how many of them are in others' hands. */
function countedBlocks(): Blocks & { readonly taken: () => number } {
  let taken = 0;
  return {
    taken: () => taken,
    take(): Uint8Array {
      taken += 1;
      return new Uint8Array(SIZE);
    },
    give: () => void (taken -= 1),
  };
}

function makeQueue(blocks = countedBlocks()) {
  let resumed = 0;
  const queue = createBlockQueue({ blocks, length: Infinity, resume: () => (resumed += 1) });
  return { queue, blocks, resumed: () => resumed };
}

const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();

describe('the queue between connection and reader', () => {
  it('hands on all bytes in their order, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 10 }), async (chunks) => {
        const { queue, blocks } = makeQueue();
        for (const chunk of chunks) queue.push(chunk);
        queue.end();
        const received: number[] = [];
        for (let next = await queue.read(); next !== undefined; next = await queue.read()) {
          received.push(...next);
          blocks.give(next);
        }
        expect(received).toEqual(chunks.flatMap((chunk) => [...chunk]));
        expect(blocks.taken()).toBe(0);
      }),
    );
  });

  it('keeps its own copy: the connection may use its memory again', async () => {
    const { queue } = makeQueue();
    const chunk = Buffer.from('abc');
    queue.push(chunk);
    chunk.fill('x');
    queue.end();
    expect(text(await queue.read())).toBe('abc');
  });

  it('pauses the connection while a full block waits, and lets it go on once', async () => {
    const { queue, resumed } = makeQueue();
    expect(queue.push(Buffer.alloc(SIZE - 1))).toBe(true);
    expect(queue.push(Buffer.alloc(2))).toBe(false);
    await queue.read();
    expect(resumed()).toBe(1);
    void queue.read();
    expect(resumed()).toBe(1);
  });

  it('does not keep a reader waiting for a full block', async () => {
    const { queue } = makeQueue();
    const waiting = queue.read();
    queue.push(Buffer.from('abc'));
    expect(text(await waiting)).toBe('abc');
  });

  it('hands on what came before a failure, then the failure', async () => {
    const { queue } = makeQueue();
    queue.push(Buffer.from('abc'));
    queue.fail(new Error('broken'));
    expect(text(await queue.read())).toBe('abc');
    await expect(queue.read()).rejects.toThrow('broken');
  });

  it('gives back what nobody read', () => {
    const { queue, blocks } = makeQueue();
    queue.push(Buffer.alloc(2 * SIZE + 3));
    expect(blocks.taken()).toBe(3);
    queue.discard();
    expect(blocks.taken()).toBe(0);
  });
});
