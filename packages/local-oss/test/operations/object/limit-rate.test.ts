import { expect, it } from 'vitest';
import { limitRate } from '../../../src/operations/object/traffic-limit.ts';

it('lets a client that stalled catch up on one piece, and on no more', async () => {
  let now = 0;
  const waits: number[] = [];
  const pace = {
    now: () => now,
    wait: async (ms: number): Promise<void> => {
      waits.push(ms);
      now += ms;
    },
  };
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(50_000);
  }
  const pieces = limitRate(source(), 800_000, pace);
  await pieces.next();
  now += 4000;
  for (let count = 0; count < 3; count += 1) await pieces.next();
  expect(waits).toEqual([50, 50, 50]);
});

it.each([819_200, 8_192_000])('passes bytes on at %i bit/s, and never ahead of it', async (rate) => {
  let now = 0;
  const pace = {
    now: () => now,
    wait: async (ms: number): Promise<void> => {
      now += ms;
    },
  };
  async function* source(): AsyncGenerator<Buffer> {
    for (let count = 0; count < 10; count += 1) yield Buffer.alloc(100_000);
  }
  let bytes = 0;
  for await (const piece of limitRate(source(), rate, pace)) {
    bytes += piece.length;
    expect(bytes * 8).toBeLessThanOrEqual((rate * now) / 1000 + 1e-3);
  }
  expect(bytes).toBe(1_000_000);
  expect(now).toBeCloseTo((8_000_000 / rate) * 1000, 3);
});
