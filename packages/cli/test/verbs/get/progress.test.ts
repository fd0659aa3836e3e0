import { describe, expect, it } from 'vitest';
import type { Output } from '../../../src/output/output.ts';
import { createProgressDisplay, formatProgress } from '../../../src/verbs/get/progress.ts';

const HALF = { receivedBytes: 14_400_000, totalBytes: 32_000_000, bytesPerSecond: 5_100_000, remainingMs: 3450 };

describe('formatProgress', () => {
  it('draws how much there is, at what speed, and for how long', () => {
    expect(formatProgress(HALF, 80)).toBe(
      ' 45 %  [=============>               ]  14.4 MB of 32.0 MB  5.1 MB/s  0:03 left',
    );
  });

  it.each([20, 30, 40, 60, 80, 200])('fits %i columns', (columns) => {
    for (const receivedBytes of [0, 1, 31_999_999, 32_000_000]) {
      expect(formatProgress({ ...HALF, receivedBytes }, columns).length).toBeLessThan(columns);
    }
  });

  it('leaves out what is not known', () => {
    expect(formatProgress({ receivedBytes: 999_499 }, 80)).toBe('999 kB');
  });

  it('says 100 % only when all is there', () => {
    expect(formatProgress({ ...HALF, receivedBytes: 31_999_999 }, 80)).toContain(' 99 %');
    expect(formatProgress({ ...HALF, receivedBytes: 32_000_000 }, 80)).toContain('100 %  [=');
    expect(formatProgress({ receivedBytes: 0, totalBytes: 0 }, 80)).toContain('100 %');
  });
});

describe('the progress display', () => {
  function display(options: { readonly canErase: boolean; readonly count: number; readonly quiet?: boolean }) {
    const written: string[] = [];
    let now = 0;
    const output: Output = {
      isTerminal: options.canErase,
      canErase: options.canErase,
      columns: 80,
      isClosed: () => false,
      write: async (text) => void written.push(String(text)),
      line: async (text) => void written.push(`${text}\n`),
    };
    const shown = createProgressDisplay({ quiet: false, ...options, output, now: () => now });
    return { shown, written, advance: (ms: number) => void (now += ms) };
  }

  it('writes a line every ten seconds without a terminal', () => {
    const { shown, written, advance } = display({ canErase: false, count: 1 });
    const update = shown.add();
    for (let second = 0; second <= 25; second += 1) {
      update({ receivedBytes: second * 1_000_000, totalBytes: 30_000_000 });
      advance(1000);
    }
    expect(written).toEqual([' 33 %  10.0 MB of 30.0 MB\n', ' 66 %  20.0 MB of 30.0 MB\n']);
  });

  it('adds up several downloads, in one line of 80 columns', () => {
    const { shown, written, advance } = display({ canErase: true, count: 40 });
    const [first, second] = [shown.add(), shown.add()];
    first({ receivedBytes: 5_000_000, totalBytes: 5_000_000, bytesPerSecond: 9_000_000 });
    shown.finish('completed');
    advance(100);
    second({ receivedBytes: 1_000_000, totalBytes: 5_000_000, bytesPerSecond: 1_000_000 });
    expect(written.at(-1)).toBe('\r\u001b[K1 of 40  6.0 MB');
    shown.finish('failed');
    advance(1900);
    second({ receivedBytes: 2_000_000, totalBytes: 5_000_000, bytesPerSecond: 1_000_000 });
    expect(written.at(-1)).toBe('\r\u001b[K2 of 40, 1 failed  7.0 MB  3.5 MB/s');
    advance(2000);
    second({ receivedBytes: 3_000_000, totalBytes: 5_000_000 });
    advance(4000);
    second({ receivedBytes: 5_000_000, totalBytes: 5_000_000 });
    expect(written.at(-1)).toBe('\r\u001b[K2 of 40, 1 failed  10.0 MB  500 kB/s');
  });

  it('removes its line before any other is written, and writes none when quiet', async () => {
    const { shown, written } = display({ canErase: true, count: 1 });
    shown.add()({ receivedBytes: 1 });
    await shown.line('done');
    expect(written.slice(-2)).toEqual(['\r\u001b[K', 'done\n']);
    const silent = display({ canErase: true, count: 1, quiet: true });
    silent.shown.add()({ receivedBytes: 1 });
    expect(silent.written).toEqual([]);
  });
});
