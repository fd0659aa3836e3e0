import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call } from '../kit.ts';
import { fuzz } from './fuzz.ts';

// `pnpm proof fuzz` sets the number; each run of that many is the same again.
const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 1500);
const SEED = 20_261_123;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-fuzz-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it(
  'takes hostile requests without a crash, a hang, an unintended 5xx or a file outside its folder',
  { timeout: 20_000 + RUNS * 20 },
  async () => {
    const oss = await startLocalOss({ directory: join(directory, 'data') });
    try {
      await oss.put('fuzz-bucket', 'a.txt', 'hello world');
      const { statuses, failures } = await fuzz(oss, RUNS, SEED);
      console.log(
        `fuzz: ${RUNS} requests, ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}`,
      );
      expect(failures).toEqual([]);
      await oss.put('fuzz-bucket', 'after', 'still here');
      expect((await call(oss, { bucket: 'fuzz-bucket', key: 'after' })).text).toBe('still here');
      expect(await readdir(directory)).toEqual(['data']);
      expect(await readdir(join(directory, 'data'))).toContain('fuzz-bucket');
      expect(Object.prototype).not.toHaveProperty('polluted');
    } finally {
      await oss.close();
    }
  },
);
