/** Bytes between a connection that pushes and a reader that pulls. */
export interface ChunkQueue {
  /** Whether the connection may go on: false asks it to pause. */
  push(chunk: Uint8Array): boolean;
  end(): void;
  fail(error: unknown): void;
  /** All that is there, as soon as there is something; none at the end. */
  read(): Promise<readonly Uint8Array[]>;
}

/** What a queue works with. */
export interface ChunkQueueOptions {
  /** Bytes at which the connection is paused. */
  readonly capacity: number;
  /** Called when a paused connection may go on. */
  readonly resume: () => void;
}

interface Reader {
  readonly resolve: (chunks: readonly Uint8Array[]) => void;
  readonly reject: (error: unknown) => void;
}

const BATCH = 1 << 19;
const MAX_TURNS = 8;

/** Makes an empty queue. */
export function createChunkQueue({ capacity, resume }: ChunkQueueOptions): ChunkQueue {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let paused = false;
  let over: { readonly error?: unknown } | undefined;
  let reader: Reader | undefined;
  let waking = false;

  function take(): readonly Uint8Array[] {
    const taken = chunks;
    chunks = [];
    size = 0;
    if (paused && over === undefined) {
      paused = false;
      resume();
    }
    return taken;
  }

  function wake(): void {
    waking = false;
    const waiting = reader;
    if (waiting === undefined) return;
    reader = undefined;
    if (chunks.length > 0) waiting.resolve(take());
    else if (over !== undefined && 'error' in over) waiting.reject(over.error);
    else waiting.resolve([]);
  }

  // Not at once: a few turns of the event loop receive many chunks, which are better summed and written together.
  function wakeSoon(): void {
    if (waking || reader === undefined) return;
    waking = true;
    let turns = 0;
    const look = (): void => {
      turns += 1;
      if (over !== undefined || size >= BATCH || turns === MAX_TURNS) wake();
      else setImmediate(look);
    };
    setImmediate(look);
  }

  return {
    push(chunk): boolean {
      chunks.push(chunk);
      size += chunk.length;
      wakeSoon();
      paused = size >= capacity;
      return !paused;
    },
    end(): void {
      over ??= {};
      wakeSoon();
    },
    fail(error): void {
      over ??= { error };
      wakeSoon();
    },
    read(): Promise<readonly Uint8Array[]> {
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
        if (size >= BATCH || over !== undefined) wake();
        else if (size > 0) wakeSoon();
      });
    },
  };
}
