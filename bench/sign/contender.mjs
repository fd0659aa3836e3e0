// One contender in a process of its own: another's garbage, and the shapes of its objects, shall not slow it down. Answers
// the parent's orders: a round of so many milliseconds, or the times of single calls.
import { CONTENDERS } from './sign-contenders.mjs';

/** Between two looks at the clock, which takes a microsecond. */
const CALLS = 256;
const startedAt = performance.now();
const run = await CONTENDERS[process.argv[2] ?? '']?.();
if (run === undefined) throw new Error('no such contender');
let calls = 0;
/** Touching a character flattens the text, which a user would do by sending it. */
let touched = 0;

/** @param {number} ms */
async function round(ms) {
  // Processor time, of all threads of this process: on a shared machine others take the wall clock.
  const cpu = process.cpuUsage();
  let operations = 0;
  let used = process.cpuUsage(cpu);
  while (used.user + used.system < ms * 1000) {
    for (let index = 0; index < CALLS; index += 1) {
      const waiting = turn();
      if (waiting !== undefined) touch(await waiting);
    }
    operations += CALLS;
    used = process.cpuUsage(cpu);
  }
  return operations / ((used.user + used.system) / 1e6);
}

// Nothing is awaited that is not a promise: an idle turn of the event loop costs as much as a hash.
function turn() {
  const result = run?.((calls += 1));
  if (result instanceof Promise) return result;
  touch(result);
  return undefined;
}

/** @param {any} value */
function touch(value) {
  const text = typeof value === 'string' ? value : (value?.path ?? value?.url ?? value?.value?.value?.url);
  if (typeof text === 'string') touched += text.charCodeAt(text.length - 1);
}

/** @param {number} ms */
async function latencies(ms) {
  const times = [];
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const from = process.hrtime.bigint();
    const result = run?.((calls += 1));
    if (result instanceof Promise) await result;
    times.push(Number(process.hrtime.bigint() - from) / 1000);
  }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1], p99: times[Math.floor(times.length * 0.99)] };
}

touch(await turn());
process.send?.({ firstMs: performance.now() - startedAt });
process.on('message', async (/** @type {{ rate?: number, latency?: number }} */ order) => {
  if (order.rate !== undefined) process.send?.({ rate: await round(order.rate), touched });
  if (order.latency !== undefined) process.send?.(await latencies(order.latency));
});
