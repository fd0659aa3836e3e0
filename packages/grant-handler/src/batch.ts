/** Options of `batched`. */
export interface BatchOptions {
  /** Most items of one batch. */
  readonly most: number;
  /** Batches under way at once. */
  readonly inFlight: number;
}

interface Waiting<I, O> {
  readonly item: I;
  readonly resolve: (value: O) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one call of what arrives while earlier calls are under way. There is no timer: an item that finds nothing under
 * way goes at once, alone. A batch that fails is repeated item by item, so that a bad item fails alone; `run` must
 * therefore do all or nothing.
 */
export function batched<I, O>(
  run: (items: readonly I[]) => Promise<readonly O[]>,
  options: BatchOptions,
): (item: I) => Promise<O> {
  const queue: Waiting<I, O>[] = [];
  let underWay = 0;

  async function settle(batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as O));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const one of batch) await settle([one]);
    }
  }

  function next(): void {
    if (underWay >= options.inFlight || queue.length === 0) return;
    underWay += 1;
    void settle(queue.splice(0, options.most)).finally(() => {
      underWay -= 1;
      next();
    });
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      next();
    });
}
