import { describe, expect, it } from 'vitest';
import { createPromptly } from '../src/file/disk.ts';

/** A disk whose calls take as long as the test says, and on which thread they were made. */
function timedDisk() {
  let at = 0;
  const promptly = createPromptly(() => at);
  const call = async (ms: number): Promise<string> =>
    promptly(
      () => ((at += ms), 'here'),
      async () => 'elsewhere',
    );
  return { promptly, call, pass: (ms: number) => void (at += ms) };
}

describe('calls of the disk', () => {
  it('are made at once as long as they are short', async () => {
    const { call } = timedDisk();
    for (let index = 0; index < 200; index += 1) expect(await call(0.9)).toBe('here');
  });

  it('are left to other threads for ten seconds when one took very long', async () => {
    const { call, pass } = timedDisk();
    expect(await call(33)).toBe('here');
    expect(await call(0)).toBe('elsewhere');
    pass(9999);
    expect(await call(0)).toBe('elsewhere');
    pass(1);
    expect(await call(0)).toBe('here');
  });

  it('are left to other threads when they take rather long again and again', async () => {
    const { call } = timedDisk();
    const where: string[] = [];
    for (let index = 0; index < 40; index += 1) where.push(await call(2));
    expect(where.indexOf('elsewhere')).toBe(22);
    expect(where.at(-1)).toBe('elsewhere');
  });

  it('that fail are failures, and count', async () => {
    const { promptly, call, pass } = timedDisk();
    const failing = promptly(
      () => {
        pass(33);
        throw new Error('x');
      },
      async () => {},
    );
    await expect(failing).rejects.toThrow('x');
    expect(await call(0)).toBe('elsewhere');
  });
});
