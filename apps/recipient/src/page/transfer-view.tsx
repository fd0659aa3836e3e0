import type { JSX } from 'preact';
import { useWords } from './words.ts';
import type { Outcome } from './transfer.ts';
import { hasShareEnded, type Transfer, type TransferState } from './use-transfer.ts';

/** A download on the page: its button, how far it is, and what came of it. */
export function TransferView({
  transfer,
  label,
  canPause,
  onNavigate,
}: {
  readonly transfer: Transfer;
  readonly label: string;
  readonly canPause: boolean;
  /** Lets the browser do it instead; absent where it cannot. */
  readonly onNavigate?: () => void;
}): JSX.Element {
  const { say, bytes, error } = useWords();
  const { state } = transfer;
  switch (state.kind) {
    case 'idle':
      return (
        <button class="primary" onClick={transfer.start}>
          {label}
        </button>
      );
    case 'running':
      return <Running state={state} canPause={canPause} onPause={transfer.pause} />;
    case 'paused':
      return (
        <div class="transfer">
          <p role="status">{say('paused', { done: bytes(state.bytes) })}</p>
          <button class="primary" onClick={transfer.start}>
            {say('resume')}
          </button>
        </div>
      );
    case 'offline':
      return <p role="status">{say('offline')}</p>;
    case 'failed':
      return (
        <div class="transfer">
          <p role="alert" class="alert">
            {error(state.error)}
          </p>
          <button class="primary" onClick={transfer.start}>
            {say('retry')}
          </button>
          {onNavigate !== undefined && !hasShareEnded(state.error) && (
            <button onClick={onNavigate}>{say('browserInstead')}</button>
          )}
        </div>
      );
    default:
      return <Done outcome={state.outcome} label={label} onStart={transfer.start} />;
  }
}

function Running({
  state,
  canPause,
  onPause,
}: {
  readonly state: Extract<TransferState, { kind: 'running' }>;
  readonly canPause: boolean;
  readonly onPause: () => void;
}): JSX.Element {
  const { say, bytes, duration } = useWords();
  const { progress } = state;
  return (
    <div class="transfer">
      {progress?.totalBytes === undefined ? (
        <progress aria-label={say('download')} />
      ) : (
        <progress aria-label={say('download')} value={progress.receivedBytes} max={progress.totalBytes} />
      )}
      <p class="figures">
        {progress === undefined && say(state.resumed ? 'resuming' : 'starting')}
        {progress !== undefined &&
          [
            progress.totalBytes === undefined
              ? say('progressOpen', { done: bytes(progress.receivedBytes) })
              : say('progress', { done: bytes(progress.receivedBytes), total: bytes(progress.totalBytes) }),
            progress.bytesPerSecond === undefined ? undefined : say('speed', { speed: bytes(progress.bytesPerSecond) }),
            progress.remainingMs === undefined ? undefined : say('left', { time: duration(progress.remainingMs) }),
          ]
            .filter((part) => part !== undefined)
            .join(' · ')}
      </p>
      <button onClick={onPause}>{say(canPause ? 'pause' : 'cancel')}</button>
      {!canPause && <p class="hint">{say('zipKeep')}</p>}
    </div>
  );
}

function Done({
  outcome,
  label,
  onStart,
}: {
  readonly outcome: Outcome;
  readonly label: string;
  readonly onStart: () => void;
}): JSX.Element {
  const { say } = useWords();
  if (outcome.kind === 'navigated') return <p role="status">{say('navigated')}</p>;
  if (outcome.kind === 'zip') {
    const { name, count, unverified } = outcome;
    return (
      <div class="transfer">
        <p role="status" class="done">
          {unverified === 0
            ? say('zipMade', { n: count, name })
            : say('zipUnverified', { n: count, name, m: unverified })}
        </p>
        <button onClick={onStart}>{label}</button>
      </div>
    );
  }
  const { name, verified, again } = outcome;
  return (
    <div class="transfer" role="status">
      <p class="done">{say('saved', { name })}</p>
      <p>{say(verified ? 'verified' : 'unverified')}</p>
      {again !== undefined && <button onClick={again}>{say('again')}</button>}
    </div>
  );
}
