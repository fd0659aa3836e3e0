import callbackFs from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { callbackify } from 'node:util';
import { onTestFinished } from 'vitest';

type Operation = (...args: unknown[]) => unknown;

/** What is done instead of an operation, at once where the operation is. @param original does it @param count of the calls, from 1 */
export type Instead = (original: Operation, args: readonly unknown[], count: number) => unknown;

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it was injected`), { code });
}

/** Fails with this code from some call on. */
export const failing =
  (code: string, first = 1): Instead =>
  (original, args, count) => {
    if (count >= first) throw systemError(code);
    return original(...args);
  };

/** Ends a replacement. It ends with the test anyway. */
export type Restore = () => void;

// Node has each operation in several forms. Those that take the number of a file first are called without it here.
type Form = 'promise' | 'sync' | 'callback' | 'sync of number' | 'callback of number';
type Place = readonly [owner: object, name: string, form: Form];
type Run = (original: Operation, args: readonly unknown[]) => unknown;

function replaced(original: Operation, form: Form, run: Run): Operation {
  if (form === 'sync') return (...args) => run(original, args);
  if (form === 'sync of number') return (number, ...args) => run((...given) => original(number, ...given), args);
  if (form === 'promise') {
    return async function (this: unknown, ...args): Promise<unknown> {
      return run((...given) => original.apply(this, given), args);
    };
  }
  return (...all) => {
    const number = form === 'callback' ? [] : all.slice(0, 1);
    const args = all.slice(number.length, -1);
    const done = all.at(-1) as (error: unknown) => void;
    const promised: Operation = async (...given) =>
      new Promise((resolve, reject) => {
        const settle = (error: Error | null, result: unknown): void => (error ? reject(error) : resolve(result));
        original(...number, ...given, settle);
      });
    callbackify(async () => run(promised, args))(done);
  };
}

function replace(places: readonly Place[], instead: Instead): Restore {
  let count = 0;
  const run: Run = (original, args) => instead(original, args, (count += 1));
  const restores = places.map(([owner, name, form]) => {
    const operations = owner as Record<string, Operation>;
    const original = operations[name] as Operation;
    operations[name] = replaced(original, form, run);
    return () => (operations[name] = original);
  });
  syncBuiltinESMExports();
  let restored = false;
  const restore = (): void => {
    if (restored) return;
    restored = true;
    for (const undo of restores) undo();
    syncBuiltinESMExports();
  };
  onTestFinished(restore);
  return restore;
}

/** Replaces functions that take a path, for all who import them. */
export function replaceFunctions(names: readonly ('open' | 'rename' | 'statfs')[], instead: Instead): Restore {
  const places = names.flatMap((name): Place[] => [
    [fs, name, 'promise'],
    [callbackFs, `${name}Sync`, 'sync'],
    [callbackFs, name, 'callback'],
  ]);
  return replace(places, instead);
}

const BY_NUMBER: Readonly<Record<string, readonly Place[]>> = {
  write: [
    [callbackFs, 'writeSync', 'sync of number'],
    [callbackFs, 'write', 'callback of number'],
  ],
  sync: [[callbackFs, 'fsync', 'callback of number']],
  truncate: [[callbackFs, 'ftruncate', 'callback of number']],
};

const EXT4 = 0xef53;
// Where files are in memory nothing is synced.
const onDisk: Instead = (original, args) => {
  const type = (facts: object): object => ({ ...facts, type: EXT4 });
  const facts = original(...args) as Promise<object> | object;
  return facts instanceof Promise ? facts.then(type) : type(facts);
};

/** Replaces what is done with open files. */
export async function replaceMethods(
  names: readonly ('write' | 'writeFile' | 'writev' | 'sync' | 'truncate')[],
  instead: Instead,
): Promise<Restore> {
  const file = await fs.open(import.meta.filename);
  const prototype: object = Object.getPrototypeOf(file);
  await file.close();
  if (names.includes('sync')) replaceFunctions(['statfs'], onDisk);
  const places = names.flatMap((name): Place[] => [[prototype, name, 'promise'], ...(BY_NUMBER[name] ?? [])]);
  return replace(places, instead);
}

/** All that writes to an open file. */
export const WRITES = ['write', 'writev'] as const;

/** Writes no more than so many bytes at a time. */
export const shortWrites =
  (most: number): Instead =>
  (original, args) => {
    const [bytes, offset, length, position] = args;
    // `writev` takes several at once, and then their place.
    if (Array.isArray(bytes)) return original([(bytes[0] as Uint8Array).subarray(0, most)], offset);
    return original(bytes, offset, Math.min(Number(length), most), position);
  };
