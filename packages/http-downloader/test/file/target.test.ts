import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { assertRoom, resolveTarget, shareSyncs } from '../../src/file/target.ts';
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

describe('the room for a file', () => {
  it('is asked for before anything is written', async () => {
    const target = await resolveTarget(join(await temporaryFolder(), 'a'));
    await expect(assertRoom(target, 2 ** 60)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(assertRoom(target, 1)).resolves.toBeUndefined();
  });
});
