import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

type Operation = (...args: unknown[]) => Promise<unknown>;

/** What is done instead of an operation. @param original does it @param count of the calls, from 1 */
export type Instead = (original: Operation, args: readonly unknown[], count: number) => Promise<unknown>;

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it was injected`), { code });
}

/** Fails with this code from some call on. */
export const failing =
  (code: string, first = 1): Instead =>
  async (original, args, count) => {
    if (count >= first) throw systemError(code);
    return original(...args);
  };

/** Ends a replacement. It ends with the test anyway. */
export type Restore = () => void;

function replace(
  owner: Record<string, unknown>,
  names: readonly string[],
  instead: Instead,
  apply: () => void,
): Restore {
  const originals = names.map((name) => [name, owner[name] as Operation] as const);
  let count = 0;
  for (const [name, original] of originals) {
    owner[name] = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return instead((...given) => original.apply(this, given), args, (count += 1));
    };
  }
  apply();
  let restored = false;
  const restore = (): void => {
    if (restored) return;
    restored = true;
    for (const [name, original] of originals) owner[name] = original;
    apply();
  };
  onTestFinished(restore);
  return restore;
}

/** Replaces functions of `node:fs/promises`, for all who import them. */
export function replaceFunctions(names: readonly ('open' | 'rename' | 'statfs')[], instead: Instead): Restore {
  return replace(fs, names, instead, syncBuiltinESMExports);
}

/** Replaces methods of open files. */
export async function replaceMethods(
  names: readonly ('write' | 'writeFile' | 'writev' | 'sync' | 'truncate')[],
  instead: Instead,
): Promise<Restore> {
  const file = await fs.open(import.meta.filename);
  const prototype: Record<string, unknown> = Object.getPrototypeOf(file);
  await file.close();
  return replace(prototype, names, instead, () => {});
}

/** All that writes to an open file. */
export const WRITES = ['write', 'writev'] as const;

/** Writes no more than so many bytes at a time. */
export const shortWrites =
  (most: number): Instead =>
  async (original, args) => {
    const [bytes, offset, length, position] = args;
    // `writev` takes several at once, and then their place.
    if (Array.isArray(bytes)) return original([(bytes[0] as Uint8Array).subarray(0, most)], offset);
    return original(bytes, offset, Math.min(Number(length), most), position);
  };
