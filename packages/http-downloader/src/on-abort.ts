const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal is aborted, until the returned function is called. The signal must not be aborted yet. Each signal has one
 * listener for all: adding and removing one takes longer than most of what is done for a small object.
 */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const runs = waiting.get(signal) ?? listen(signal);
  runs.add(run);
  return () => void runs.delete(run);
}

function listen(signal: AbortSignal): Set<() => void> {
  const runs = new Set<() => void>();
  waiting.set(signal, runs);
  const runAll = (): void => {
    for (const run of runs) run();
  };
  signal.addEventListener('abort', runAll, { once: true });
  return runs;
}
