/** A signal that also aborts at a time limit. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Takes the timer and the listener away. */
  clear(): void;
}

/** Narrows a signal by a time limit, in milliseconds. */
export function withinTime(outer: AbortSignal, ms: number): TimeLimit {
  const inner = new AbortController();
  const follow = (): void => inner.abort(outer.reason);
  const timer = setTimeout(() => inner.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms);
  outer.addEventListener('abort', follow, { once: true });
  if (outer.aborted) follow();
  return {
    signal: inner.signal,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener('abort', follow);
    },
  };
}
