// How all contenders reach STS: local-oss over real HTTP, counted, and cut off during an outage.
import { clock } from './simulated-time.mjs';

/** @param {string} endpoint */
export function createTransport(endpoint) {
  /** @type {number[]} */
  const tries = [];
  /** @type {Map<string, number>} */
  const ends = new Map();
  let down = false;

  return {
    tries,
    /** @param {boolean} state */
    setDown: (state) => void (down = state),
    /** Whether a key id still has time to live. @param {string} id */
    isAlive: (id) => (ends.get(id) ?? 0) > clock.now(),
    /** @param {string} body */
    async post(body) {
      tries.push(clock.now());
      if (down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const response = await fetch(endpoint, { method: 'POST', headers, body });
      const text = await response.text();
      const found = /** @type {{ Credentials?: { AccessKeyId: string, Expiration: string } }} */ (JSON.parse(text));
      if (found.Credentials) ends.set(found.Credentials.AccessKeyId, Date.parse(found.Credentials.Expiration));
      return { status: response.status, headers: response.headers, text };
    },
  };
}

/** @typedef {ReturnType<typeof createTransport>} Transport */
