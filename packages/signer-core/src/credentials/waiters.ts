/** Waits for a shared promise until the signal aborts. The promise goes on without this waiter. */
export type Wait = <T>(shared: Promise<T>, signal: AbortSignal | undefined) => Promise<T>;

interface Crowd {
  readonly leave: Set<(reason: unknown) => void>;
  readonly abort: () => void;
}

/** Makes a place to wait. However many wait with one signal, it gets one listener: Node warns of a leak at eleven. */
export function createWaiters(): Wait {
  const crowds = new WeakMap<AbortSignal, Crowd>();

  function crowdOf(signal: AbortSignal): Crowd {
    const known = crowds.get(signal);
    if (known !== undefined) return known;
    const leave = new Set<(reason: unknown) => void>();
    const abort = (): void => {
      for (const reject of leave) reject(signal.reason);
    };
    const crowd = { leave, abort };
    signal.addEventListener('abort', abort, { once: true });
    crowds.set(signal, crowd);
    return crowd;
  }

  return async (shared, signal) => {
    if (signal === undefined) return shared;
    signal.throwIfAborted();
    const crowd = crowdOf(signal);
    let left: (reason: unknown) => void = () => {};
    const leaving = new Promise<never>((_resolve, reject) => {
      left = reject;
    });
    crowd.leave.add(left);
    try {
      return await Promise.race([shared, leaving]);
    } finally {
      crowd.leave.delete(left);
      if (crowd.leave.size === 0) {
        crowds.delete(signal);
        signal.removeEventListener('abort', crowd.abort);
      }
    }
  };
}
