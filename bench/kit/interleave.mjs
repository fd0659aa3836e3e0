// Times contenders in turn, round by round in one process, so that a machine whose speed drifts treats them alike.

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(index: number) => unknown} run one operation; may return a promise
 * @property {number} operations operations in one round
 */

/**
 * @param {Contender[]} contenders the first is ours; ratios are ours to each
 * @param {{ rounds: number, unit: string, perOperation?: number }} options
 */
export async function interleave(contenders, { rounds, unit, perOperation = 1 }) {
  const rates = contenders.map(() => /** @type {number[]} */ ([]));
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { run, operations }] of contenders.entries()) {
      const startedAt = performance.now();
      for (let operation = 0; operation < operations; operation += 1) {
        const result = run(operation);
        if (result instanceof Promise) await result;
      }
      const rate = (operations * perOperation) / ((performance.now() - startedAt) / 1000);
      // The first round warms up.
      if (round >= 0) rates[index]?.push(rate);
    }
  }
  const medians = rates.map(median);
  const ours = medians[0] ?? Number.NaN;
  const rows = contenders.map(({ name }, index) => {
    const sorted = [...(rates[index] ?? [])].sort((a, b) => a - b);
    return {
      contender: name,
      [`median ${unit}`]: figure(medians[index] ?? Number.NaN),
      min: figure(sorted[0] ?? Number.NaN),
      max: figure(sorted.at(-1) ?? Number.NaN),
      'ours / theirs': index === 0 ? '' : (ours / (medians[index] ?? Number.NaN)).toFixed(2),
    };
  });
  printTable(rows);
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {number} value */
function figure(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** @param {Record<string, string>[]} rows */
function printTable(rows) {
  const names = Object.keys(rows[0] ?? {});
  console.log(`| ${names.join(' | ')} |\n|${names.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${names.map((name) => row[name]).join(' | ')} |`);
}
