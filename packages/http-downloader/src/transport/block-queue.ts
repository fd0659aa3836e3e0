import type { Blocks } from './transport.ts';

/** Bytes between a connection that pushes and a reader that pulls. */
export interface BlockQueue {
  /** Copies the bytes. Whether the connection may go on: false asks it to pause. */
  push(chunk: Uint8Array): boolean;
  end(): void;
  fail(error: unknown): void;
  /** The next block as far as it is filled; undefined at the end. It is the reader's, to be given back. */
  read(): Promise<Uint8Array | undefined>;
  /** Gives back what was not read. */
  discard(): void;
}

/** The parts of a queue. */
export interface BlockQueueOptions {
  readonly blocks: Blocks;
  /** Length of the body, in bytes; `Infinity` when it is not known. */
  readonly length: number;
  /** Called when a paused connection may go on. */
  readonly resume: () => void;
}

interface Reader {
  readonly resolve: (block: Uint8Array | undefined) => void;
  readonly reject: (error: unknown) => void;
}

// Full blocks that wait at most, besides the one that is being filled.
const CAPACITY = 1;
// On a fast connection a block is full long before, on a slow one nobody waits longer for what there is.
const PATIENCE_MS = 5;

/** Makes an empty queue. */
export function createBlockQueue({ blocks, length, resume }: BlockQueueOptions): BlockQueue {
  let full: Uint8Array[] = [];
  let filling: Uint8Array | undefined;
  let filled = 0;
  let rest = length;
  let paused = false;
  let over: { readonly error?: unknown } | undefined;
  let reader: Reader | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function fill(chunk: Uint8Array): number {
    filling ??= blocks.take(Math.max(rest, chunk.length));
    const piece = filled + chunk.length <= filling.length ? chunk : chunk.subarray(0, filling.length - filled);
    filling.set(piece, filled);
    filled += piece.length;
    rest -= piece.length;
    if (filled === filling.length) close();
    return piece.length;
  }

  function close(): void {
    if (filling !== undefined) full.push(filling.subarray(0, filled));
    filling = undefined;
    filled = 0;
  }

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    const waiting = reader;
    if (waiting === undefined) return;
    if (full.length === 0) close();
    reader = undefined;
    const block = full.shift();
    if (block !== undefined || over === undefined || !('error' in over)) waiting.resolve(block);
    else waiting.reject(over.error);
  }

  function finish(how: { readonly error?: unknown }): void {
    over ??= how;
    wake();
  }

  return {
    push(chunk): boolean {
      for (let at = 0; at < chunk.length;) at += fill(at === 0 ? chunk : chunk.subarray(at));
      if (full.length > 0) wake();
      else if (reader !== undefined) timer ??= setTimeout(wake, PATIENCE_MS);
      paused = full.length >= CAPACITY;
      return !paused;
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    read(): Promise<Uint8Array | undefined> {
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        if (full.length > 0 || over !== undefined) wake();
        else if (filled > 0) timer ??= setTimeout(wake, PATIENCE_MS);
        if (!paused || full.length >= CAPACITY || over !== undefined) return;
        paused = false;
        resume();
      });
    },
    discard(): void {
      clearTimeout(timer);
      close();
      for (const block of full) blocks.give(block);
      full = [];
    },
  };
}
