/** Decides how many connections are worth having. */
export interface ConnectionCount {
  /** How many there should be now. */
  wanted(): number;
  /** Reports that a new connection got its first response, so long after its request. */
  answered(afterMs: number): void;
  /**
   * Reports bytes, or that none came. Returns how many connections there should be now.
   *
   * @param flowing connections that have been answered and are not about to end
   */
  received(bytes: number, flowing: number): number;
  /** Reports that the server refused one of so many connections: there should be fewer, for a while. */
  refused(running: number): void;
}

/** The facts behind the decision. */
export interface ConnectionCountOptions {
  /** In milliseconds. */
  readonly monotonic: () => number;
  /** How long this thread has been busy so far, in milliseconds: one that has no time left gets nothing from more connections. */
  readonly busyMs: () => number;
  /** How many there is work for, and are allowed. */
  readonly max: () => number;
}

const SEVERAL = 4;
const WINDOW_MS = 100;
// Whether this thread waits shows sooner than a change of speed.
const FIRST_WINDOW_MS = 50;
// Share of a window's time from which on the thread counts as being at its limit.
const BUSY = 0.7;
// Four times the connections bring so much more where each is limited, and hardly anything where the line, the server or the disk is:
// the difference is larger than the noise.
const WORTHWHILE = 1.5;
// A new connection is slow at first.
const TRIAL_MS = 1000;
const RISING = 1.1;
const PAUSE_MS = 10_000;
// After this long without a refusal one connection more is tried.
const RECOVERY_MS = 10_000;

interface Trial {
  readonly from: number;
  readonly speedBefore: number;
  /** Time of the windows so far. */
  ms: number;
  /** In bytes a millisecond, of the last window. */
  speed: number;
}

/**
 * Starts with one connection. As soon as this thread waits for it, has four; then all that are allowed, on trial: they stay if they are
 * much faster. Nothing is settled for good: a trial that failed is repeated, ever more rarely. Has fewer when the server refuses some.
 *
 * Time counts only while as many connections flow as there should be, so that no window shows the speed of others.
 */
export function createConnectionCount({ monotonic, busyMs, max }: ConnectionCountOptions): ConnectionCount {
  let count = 1;
  // The shortest: a busy machine or server delays some responses by far more than the network does.
  let answerMs: number | undefined;
  let window = { since: monotonic(), busyMs: busyMs(), bytes: 0 };
  let trial: Trial | undefined;
  let pause = { until: -Infinity, ms: PAUSE_MS };
  let refusal: { readonly most: number; at: number } | undefined;

  function startWindow(): void {
    window = { since: monotonic(), busyMs: busyMs(), bytes: 0 };
  }

  function shortestWindow(): number {
    if (count < SEVERAL) return FIRST_WINDOW_MS;
    return answerMs === undefined ? WINDOW_MS : Math.max(WINDOW_MS, answerMs);
  }

  function recover(): void {
    if (refusal === undefined || monotonic() - refusal.at < RECOVERY_MS) return;
    if (count >= refusal.most) refusal = undefined;
    else {
      count += 1;
      refusal.at = monotonic();
    }
  }

  function judge(current: Trial, speed: number, ms: number): void {
    const isRising = speed > current.speed * RISING;
    current.ms += ms;
    current.speed = speed;
    if (speed >= current.speedBefore * WORTHWHILE) {
      trial = undefined;
      pause = { until: -Infinity, ms: PAUSE_MS };
    } else if (current.ms >= TRIAL_MS && !isRising) {
      trial = undefined;
      count = current.from;
      pause = { until: monotonic() + pause.ms, ms: pause.ms * 2 };
    }
  }

  function tryMore(speed: number): void {
    const most = max();
    if (refusal !== undefined || monotonic() < pause.until) return;
    if (count < SEVERAL) count = Math.max(count, Math.min(SEVERAL, most));
    else if (most >= count * 2) {
      trial = { from: count, speedBefore: speed, ms: 0, speed: 0 };
      count = most;
    }
  }

  return {
    wanted: () => count,
    answered: (afterMs) => void (answerMs = Math.min(answerMs ?? afterMs, afterMs)),
    received(bytes, flowing): number {
      recover();
      if (flowing !== count) {
        startWindow();
        return count;
      }
      window.bytes += bytes;
      const ms = monotonic() - window.since;
      // Where several are silent, more would be, too.
      if (ms < shortestWindow() || (window.bytes === 0 && count > 1)) return count;
      const speed = window.bytes / ms;
      const isBusy = busyMs() - window.busyMs >= ms * BUSY;
      if (trial !== undefined) judge(trial, speed, ms);
      else if (!isBusy) tryMore(speed);
      startWindow();
      return count;
    },
    refused(running): void {
      refusal = { most: refusal?.most ?? count, at: monotonic() };
      count = Math.max(1, Math.min(count, running - 1));
      trial = undefined;
    },
  };
}
