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
// Share of its time from which on the thread counts as being at its limit. On a fast connection a short window is below it now and then:
// only one that is far below decides at once, any other is made longer.
const BUSY = 0.7;
const PLAINLY_IDLE = 0.35;
const DOUBTFUL_WINDOW_MS = 200;
// Four times the connections bring so much more where each is limited, and hardly anything where the line, the server or the disk is:
// the difference is larger than the noise.
const WORTHWHILE = 1.5;
// The first few are few: on average of their trial they have to bring so much more.
const WORTH_A_FEW = 1.15;
// A new connection is slow at first, for some ten round trips.
const TRIAL_MS = { least: 200, most: 1000 };
const ROUND_TRIPS = 10;
const RISING = 1.1;
const PAUSE_MS = 10_000;
// A download that has become so much slower is limited by something else than when a trial failed.
const SLOWER = 0.5;
// After this long without a refusal one connection more is tried.
const RECOVERY_MS = 10_000;

interface Trial {
  readonly from: number;
  /** In bytes a millisecond. */
  readonly speedBefore: number;
  ms: number;
  bytes: number;
  /** Of the last window. */
  speed: number;
}

const NO_PAUSE = { until: -Infinity, ms: PAUSE_MS, speed: 0 };

/**
 * Starts with one connection. As soon as this thread waits for it, has four, on trial if the thread has little time left; then all that
 * are allowed, on trial. Those on trial stay if they are much faster. Nothing is settled for good: a trial that failed is repeated, ever
 * more rarely, and at once when the download becomes much slower. Has fewer when the server refuses some.
 *
 * Time counts only while as many connections flow as there should be, so that no window shows the speed of others.
 */
export function createConnectionCount({ monotonic, busyMs, max }: ConnectionCountOptions): ConnectionCount {
  let count = 1;
  // The shortest: a busy machine or server delays some responses by far more than the network does.
  let answerMs: number | undefined;
  let window = { since: monotonic(), busyMs: busyMs(), bytes: 0 };
  let trial: Trial | undefined;
  let pause = NO_PAUSE;
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

  // Returns whether it has passed.
  function judge(current: Trial, ms: number): boolean {
    const speed = window.bytes / ms;
    const isRising = speed > current.speed * RISING;
    current.ms += ms;
    current.bytes += window.bytes;
    current.speed = speed;
    const enoughMs = Math.min(Math.max(TRIAL_MS.least, (answerMs ?? 0) * ROUND_TRIPS), TRIAL_MS.most);
    const isOver = current.ms >= enoughMs && !isRising;
    const isFasterOnAverage = current.bytes / current.ms >= current.speedBefore * WORTH_A_FEW;
    const hasPassed =
      speed >= current.speedBefore * WORTHWHILE || (isOver && current.from < SEVERAL && isFasterOnAverage);
    if (hasPassed) pause = NO_PAUSE;
    else if (isOver) {
      count = current.from;
      pause = { until: monotonic() + pause.ms, ms: pause.ms * 2, speed: current.speedBefore };
    }
    if (hasPassed || isOver) trial = undefined;
    return hasPassed;
  }

  function tryMore(speed: number, busy: number): void {
    const most = count < SEVERAL ? Math.min(SEVERAL, max()) : max();
    const isWorthTrying = count < SEVERAL ? most > count : most >= count * 2;
    const isPaused = monotonic() < pause.until && speed > pause.speed * SLOWER;
    if (refusal !== undefined || isPaused || !isWorthTrying) return;
    // Several also bridge the time between a part and the next.
    if (count >= SEVERAL || busy >= PLAINLY_IDLE)
      trial = { from: count, speedBefore: speed, ms: 0, bytes: 0, speed: 0 };
    count = most;
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
      const busy = (busyMs() - window.busyMs) / ms;
      const isDoubtful = trial === undefined && count < SEVERAL && busy >= PLAINLY_IDLE;
      if (isDoubtful && ms < DOUBTFUL_WINDOW_MS) return count;
      if ((trial === undefined || judge(trial, ms)) && busy < BUSY) tryMore(window.bytes / ms, busy);
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
