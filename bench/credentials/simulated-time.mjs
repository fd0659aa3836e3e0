// Time that passes on request. `Date` is replaced for the whole process, as the peers read it; timers stay real.
const RealDate = Date;
let offset = 0;

globalThis.Date = /** @type {DateConstructor} */ (
  class extends RealDate {
    /** @param {any[]} parts */
    constructor(...parts) {
      // @ts-expect-error the parts are whatever the caller gave
      super(...(parts.length === 0 ? [start + offset] : parts));
    }
    /** @override */
    static now() {
      return start + offset;
    }
  }
);
const start = RealDate.now();

/** @param {number} ms */
export function advance(ms) {
  offset += ms;
}

/** Both clocks of ours, on the same time. */
export const clock = { now: () => start + offset, monotonic: () => offset };
