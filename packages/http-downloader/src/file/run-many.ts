/** How many tasks are run. */
export interface RunManyOptions<I, R> {
  readonly atOnce: number;
  readonly signal?: AbortSignal | undefined;
  /** Must not fail: a failure is a result. */
  readonly run: (item: I) => Promise<R>;
  /** Ends all that are running. */
  readonly stop: (reason: unknown) => void;
}

/**
 * Runs a task for each item, so many at once, and hands each result on when it is there. A reader that is slow holds the tasks back; one
 * that leaves ends them. Results that are there come first, also when the items fail or all is aborted.
 *
 * @throws what the items throw; the signal's reason
 */
export async function* runMany<I, R>(
  items: Iterable<I> | AsyncIterable<I>,
  { atOnce, signal, run, stop }: RunManyOptions<I, R>,
): AsyncGenerator<R, void> {
  signal?.throwIfAborted();
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const running = new Set<Promise<void>>();
  const ready: R[] = [];
  let isAsking = false;
  let hasEnded = false;
  let failure: { readonly error: unknown } | undefined;
  const isOver = (): boolean => hasEnded && running.size === 0 && ready.length === 0;
  const throwFailure = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  let wakeReader: (() => void) | undefined;

  function wake(): void {
    const resume = wakeReader;
    // Resolving a promise a second time is slow in V8.
    wakeReader = undefined;
    resume?.();
  }

  function fail(error: unknown): void {
    failure ??= { error };
    hasEnded = true;
    wake();
  }

  async function startNext(): Promise<void> {
    const next = await source.next();
    isAsking = false;
    if (next.done === true) hasEnded = true;
    else if (!hasEnded) start(next.value);
    startMore();
    wake();
  }

  function startMore(): void {
    if (isAsking || hasEnded || running.size >= atOnce || ready.length >= atOnce) return;
    isAsking = true;
    startNext().catch(fail);
  }

  function start(item: I): void {
    const task = finish(item).finally(() => {
      running.delete(task);
      startMore();
      wake();
    });
    running.add(task);
  }

  async function finish(item: I): Promise<void> {
    ready.push(await run(item));
  }

  const onAbort = (): void => {
    stop(signal?.reason);
    fail(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    startMore();
    while (!isOver()) {
      const result = ready.shift();
      if (result === undefined) {
        await new Promise<void>((resolve) => (wakeReader = resolve));
      } else {
        startMore();
        yield result;
      }
    }
    throwFailure();
  } finally {
    signal?.removeEventListener('abort', onAbort);
    hasEnded = true;
    if (running.size > 0) stop(new DOMException('the results are not read any more', 'AbortError'));
    await Promise.all(running);
    // It may be waiting for a server.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}
