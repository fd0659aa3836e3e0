// Times contenders in turn, each in a process of its own, in rounds of a few milliseconds and in shuffled order, so that a
// machine whose speed drifts treats them alike.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const WARM_MS = 600;
const ROUND_MS = 40;
const LATENCY_MS = 300;

/**
 * @param {readonly string[]} names the first is ours
 * @param {{ rounds: number, against: string }} options
 */
export async function interleaveProcesses(names, { rounds, against }) {
  const children = [];
  for (const name of names) {
    const child = fork(path.join(import.meta.dirname, 'contender.mjs'), [name]);
    const [{ firstMs }] = await once(child, 'message');
    children.push({ name, child, firstMs: Number(firstMs), rates: /** @type {number[]} */ ([]) });
  }
  const ask = async (/** @type {import('node:child_process').ChildProcess} */ child, /** @type {object} */ order) => {
    child.send(order);
    return (await once(child, 'message'))[0];
  };
  try {
    for (const { child } of children) await ask(child, { rate: WARM_MS });
    for (let round = 0; round < rounds; round += 1) {
      for (const contender of shuffled(children)) {
        contender.rates.push((await ask(contender.child, { rate: ROUND_MS })).rate);
      }
    }
    const base = median(children.find(({ name }) => name === against)?.rates ?? []);
    const ours = median(children[0]?.rates ?? []);
    console.log(
      `| contender | URLs a CPU second | x ${against} | ours / theirs | p50 us | p99 us | import and first ms |`,
    );
    console.log('|---|---|---|---|---|---|---|');
    for (const { name, child, firstMs, rates } of children) {
      const { p50, p99 } = await ask(child, { latency: LATENCY_MS });
      const rate = median(rates);
      const cells = [Math.round(rate).toLocaleString('en'), (rate / base).toFixed(2), (ours / rate).toFixed(2)];
      console.log(`| ${[name, ...cells, p50.toFixed(2), p99.toFixed(2), firstMs.toFixed(1)].join(' | ')} |`);
    }
  } finally {
    for (const { child } of children) child.kill();
  }
}

/** @template T @param {readonly T[]} items @returns {T[]} */
function shuffled(items) {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
