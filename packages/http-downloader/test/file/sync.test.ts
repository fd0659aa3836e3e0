import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isInMemory, shareSyncs } from '../../src/file/sync.ts';
import { failing, replaceFunctions } from '../faults/faulty-disk.ts';
import { temporaryFolder } from '../kit.ts';

describe('making names durable', () => {
  it('waits for a sync that starts afterwards, and shares it', async () => {
    const under: (() => void)[] = [];
    const sync = shareSyncs(() => new Promise<void>((resolve) => void under.push(resolve)));
    const done: string[] = [];
    const ask = (name: string, path = 'a'): void => void sync(path).then(() => done.push(name));
    ask('first');
    ask('second');
    ask('third');
    ask('elsewhere', 'b');
    expect(under).toHaveLength(2);
    under[0]?.();
    await turn();
    expect(done).toEqual(['first']);
    expect(under).toHaveLength(3);
    ask('fourth');
    under[2]?.();
    await turn();
    expect(done).toEqual(['first', 'second', 'third']);
    expect(under).toHaveLength(4);
    under[3]?.();
    await turn();
    ask('later');
    expect(under).toHaveLength(5);
  });
});

describe.runIf(process.platform === 'linux')('a folder', () => {
  it.each([
    ['tmpfs', 0x01021994, true],
    ['ramfs', 0x858458f6, true],
    ['ext4', 0xef53, false],
    ['NFS', 0x6969, false],
    ['overlay', 0x794c7630, false],
  ])('of %s is in memory, or not', async (_name, type, inMemory) => {
    replaceFunctions(['statfs'], () => ({ type }));
    expect(await isInMemory(await temporaryFolder())).toBe(inMemory);
  });

  it('is taken to be on a disk where the system does not say', async () => {
    replaceFunctions(['statfs'], failing('ENOSYS'));
    expect(await isInMemory(await temporaryFolder())).toBe(false);
  });
});
