import type { Blocks } from './transport.ts';

/** Bytes between a connection that pushes and a reader that pulls. */
export interface BlockQueue {
  /** Copies the bytes. Whether the connection may go on: false asks it to pause. */
  push(chunk: Uint8Array): boolean;
  /** Where the connection itself puts the next bytes; never empty. It is the connection's until `received`, or the end. */
  room(): Uint8Array;
  /** So many bytes have been put there. Whether the connection may go on. */
  received(length: number): boolean;
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
  // Of the block that is being filled: where it is free, and up to where it has been handed on.
  let filled = 0;
  let handedOn = 0;
  let isLent = false;
  let rest = length;
  let paused = false;
  let over: { readonly error?: unknown } | undefined;
  let reader: Reader | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;

  function room(expected = rest): Uint8Array {
    filling ??= blocks.take(expected);
    return filling.subarray(filled);
  }

  function fill(count: number): void {
    filled += count;
    rest -= count;
    if (filled === filling?.length) close();
  }

  function close(): void {
    if (filling !== undefined) {
      if (filled > handedOn) full.push(filling.subarray(handedOn, filled));
      else blocks.give(filling);
    }
    filling = undefined;
    filled = 0;
    handedOn = 0;
  }

  // The connection may be writing behind them.
  function copyOut(): void {
    const from = filling;
    if (from === undefined) return;
    while (handedOn < filled) {
      const block = blocks.take(filled - handedOn);
      const piece = from.subarray(handedOn, Math.min(filled, handedOn + block.length));
      block.set(piece);
      full.push(block.subarray(0, piece.length));
      handedOn += piece.length;
    }
  }

  function wake(): void {
    clearTimeout(timer);
    timer = undefined;
    isDue = false;
    const waiting = reader;
    if (waiting === undefined) return;
    if (full.length === 0) {
      if (isLent) copyOut();
      else close();
    }
    reader = undefined;
    const block = full.shift();
    if (block !== undefined || over === undefined || !('error' in over)) waiting.resolve(block);
    else waiting.reject(over.error);
  }

  function wakeSoon(): void {
    timer ??= setTimeout(() => {
      if (!isLent || isDue) {
        wake();
        return;
      }
      // When more bytes come soon, the block can be handed on as it is.
      isDue = true;
      timer = undefined;
      wakeSoon();
    }, PATIENCE_MS);
  }

  function added(): boolean {
    if (isDue && full.length === 0) close();
    if (full.length > 0) wake();
    else if (reader !== undefined) wakeSoon();
    paused = full.length >= CAPACITY;
    return !paused;
  }

  function finish(how: { readonly error?: unknown }): void {
    isLent = false;
    over ??= how;
    wake();
  }

  return {
    push(chunk): boolean {
      for (let at = 0; at < chunk.length;) {
        const place = room(Math.max(rest, chunk.length - at));
        const piece = chunk.length - at > place.length || at > 0 ? chunk.subarray(at, at + place.length) : chunk;
        place.set(piece);
        fill(piece.length);
        at += piece.length;
      }
      return added();
    },
    room(): Uint8Array {
      isLent = true;
      return room();
    },
    received(count): boolean {
      isLent = false;
      fill(count);
      return added();
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
    read(): Promise<Uint8Array | undefined> {
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        if (full.length > 0 || over !== undefined) wake();
        else if (filled > handedOn) wakeSoon();
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
