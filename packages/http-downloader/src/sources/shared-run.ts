/** One run of something, shared by all who wait for it. */
export interface SharedRun<T> {
  /** Whether everybody stopped waiting before it settled. */
  readonly abandoned: boolean;
  /** Settles with the run, or at once with the signal's reason. The run itself is aborted when nobody waits any more. */
  wait(signal: AbortSignal): Promise<T>;
}

/** Starts a run. A failure that nobody waits for is no unhandled rejection. */
export function shareRun<T>(run: (signal: AbortSignal) => Promise<T>): SharedRun<T> {
  const unwanted = new AbortController();
  const start = async (): Promise<T> => run(unwanted.signal);
  const result = start();
  result.catch(() => {});
  let waiting = 0;
  return {
    get abandoned(): boolean {
      return unwanted.signal.aborted;
    },
    wait(signal): Promise<T> {
      waiting += 1;
      return new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          waiting -= 1;
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          leave();
          reject(signal.reason as Error);
          if (waiting === 0) unwanted.abort(signal.reason);
        };
        signal.addEventListener('abort', abort);
        result.then(resolve, reject).finally(leave);
        if (signal.aborted) abort();
      });
    },
  };
}
