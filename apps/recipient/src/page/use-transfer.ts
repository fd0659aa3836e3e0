import { useEffect, useRef, useState } from 'preact/hooks';
import { isPartMissing, reload, wasReloadedFor } from './reload.ts';
import type { Outcome, Progress, TransferOptions } from './transfer.ts';

/** Where a download is. */
export type TransferState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress?: Progress; readonly resumed: boolean }
  | { readonly kind: 'paused'; readonly bytes: number }
  | { readonly kind: 'offline' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'done'; readonly outcome: Outcome };

/** A download that the page shows. */
export interface Transfer {
  readonly state: TransferState;
  readonly start: () => void;
  readonly pause: () => void;
}

/** Whether the share itself has ended: another way would not help. */
export function hasShareEnded(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === 'LINK_EXPIRED';
}

/**
 * Runs a download.
 *
 * @param memory name under which a reload finds how far it was; absent: it cannot be resumed
 * @param onUsed called when the share may have fewer uses left: after a download, and where another has ended it
 */
export function useTransfer(
  run: (options: TransferOptions) => Promise<Outcome>,
  memory: string | undefined,
  onUsed: () => void,
): Transfer {
  const [state, setState] = useState<TransferState>(() => {
    const kept = Number(memory === undefined ? Number.NaN : (sessionStorage.getItem(memory) ?? Number.NaN));
    return Number.isFinite(kept) ? { kind: 'paused', bytes: kept } : { kind: 'idle' };
  });
  const stopped = useRef(new AbortController());
  const received = useRef(0);
  const latest = useRef(run);
  latest.current = run;
  const before = useRef<Promise<unknown>>(Promise.resolve());

  async function start(): Promise<void> {
    if (state.kind === 'failed' && isPartMissing(state.error) && (await reload(memory))) return;
    stopped.current = new AbortController();
    const { signal } = stopped.current;
    setState({ kind: 'running', resumed: state.kind === 'paused' });
    try {
      // What was stopped still holds the file for a moment.
      await before.current;
      signal.throwIfAborted();
      const running = latest.current({
        signal,
        onProgress(progress) {
          received.current = progress.receivedBytes;
          if (memory !== undefined) sessionStorage.setItem(memory, String(progress.receivedBytes));
          if (!signal.aborted) setState({ kind: 'running', progress, resumed: false });
        },
      });
      before.current = running.catch(() => {});
      const outcome = await running;
      if (memory !== undefined) sessionStorage.removeItem(memory);
      setState({ kind: 'done', outcome });
      onUsed();
    } catch (error) {
      if (signal.aborted) return;
      setState(navigator.onLine ? { kind: 'failed', error } : { kind: 'offline' });
      if (hasShareEnded(error)) onUsed();
    }
  }

  useEffect(() => {
    if (wasReloadedFor(memory)) void start();
  }, []);

  useEffect(() => {
    // What cannot be resumed goes on trying.
    if (state.kind !== 'running' || memory === undefined) return undefined;
    const wait = (): void => {
      stopped.current.abort(new DOMException('offline', 'AbortError'));
      setState({ kind: 'offline' });
    };
    addEventListener('offline', wait, { once: true });
    return () => removeEventListener('offline', wait);
  }, [state.kind]);

  useEffect(() => {
    if (state.kind !== 'offline') return undefined;
    const goOn = (): void => void start();
    addEventListener('online', goOn, { once: true });
    return () => removeEventListener('online', goOn);
  }, [state.kind]);

  return {
    state,
    start: () => void start(),
    pause(): void {
      stopped.current.abort(new DOMException('paused', 'AbortError'));
      setState(memory === undefined ? { kind: 'idle' } : { kind: 'paused', bytes: received.current });
    },
  };
}
