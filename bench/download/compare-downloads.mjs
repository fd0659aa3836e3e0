// Runs contenders in turn, shuffled in each round, each in a process of its own, and prints their figures beside the goals.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isInstalled, startServer } from './download-server.mjs';

const ROUNDS = Number(process.env['OSSGRANT_ROUNDS'] ?? 5);

/** @typedef {{ seconds: number, cpu: number, mebibytes: number }} Figures */
/** @typedef {{ speed?: number, cpu?: number }} Goal ours to theirs: speed at least, CPU at most */
/**
 * @typedef {object} Run what one contender is given
 * @property {string} url of the object, or of all without their numbers
 * @property {string} target
 * @property {string} certificate
 * @property {number | undefined} count
 */
/** @typedef {{ name: string, goal?: Goal, run: (run: Run) => Figures }} Contender */

/** @param {string} contender @param {Goal} [goal] @param {string} [name] @returns {Contender} */
export const ofNode = (contender, goal = {}, name = contender) => ({
  name,
  goal,
  run({ url, target, certificate, count }) {
    const script = path.join(import.meta.dirname, 'download-one.mjs');
    const args = [script, contender, url, target, ...(count === undefined ? [] : [String(count)])];
    const env = { ...process.env, ...(certificate === '' ? {} : { NODE_EXTRA_CA_CERTS: certificate }) };
    return JSON.parse(
      execFileSync(process.execPath, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  },
});

/** A program's time as the shell counts it, starting up included. @param {string} name @param {Goal} goal @param {(run: Run) => string} command @returns {Contender[]} */
export const ofProgram = (name, goal, command) =>
  isInstalled(name.split(' ')[0] ?? '')
    ? [
        {
          name,
          goal,
          run(run) {
            const line = `TIMEFORMAT='%R %U %S'; time ${command(run)}`;
            const { stderr, status } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
            if (status !== 0) throw new Error(`${name}: ${stderr}`);
            const [seconds = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
            return { seconds, cpu: user + system, mebibytes: Number.NaN };
          },
        },
      ]
    : [];

/**
 * @param {string} title
 * @param {import('./download-server.mjs').ServerOptions} served
 * @param {Contender[]} contenders the first is ours
 */
export async function compareDownloads(title, served, contenders) {
  const server = await startServer(served);
  if (server === undefined) {
    console.log(`\n${title}: not run, as nginx is not installed\n`);
    return;
  }
  const { count } = served;
  const name = count === undefined ? 'object.bin' : 'object-';
  const targets = path.join(server.folder, 'targets');
  const run = { url: server.url + name, target: path.join(targets, name), certificate: server.certificate, count };
  try {
    const figures = contenders.map(() => /** @type {Figures[]} */ ([]));
    for (let round = -1; round < ROUNDS; round += 1) {
      // On a disk the first of a round is at an advantage.
      for (const [index, contender] of shuffled([...contenders.entries()])) {
        await rm(targets, { recursive: true, force: true });
        await mkdir(targets);
        const result = contender.run(run);
        // The first round warms up.
        if (round >= 0) figures[index]?.push(result);
      }
    }
    print(`${title}, ${ROUNDS} rounds`, served.size * (count ?? 1), contenders, figures);
  } finally {
    await server.close();
  }
}

/** @template T @param {T[]} items */
function shuffled(items) {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** @param {string} title @param {number} bytes @param {Contender[]} contenders @param {Figures[][]} figures */
function print(title, bytes, contenders, figures) {
  const gibibytes = bytes / 2 ** 30;
  const sorted = (/** @type {number} */ index, /** @type {keyof Figures} */ key) =>
    (figures[index] ?? []).map((figure) => figure[key]).sort((a, b) => a - b);
  const median = (/** @type {number[]} */ values) => values[values.length >> 1] ?? Number.NaN;
  const goalOf = (/** @type {number | undefined} */ goal, /** @type {string} */ sign) =>
    goal === undefined ? '' : ` (goal ${sign} ${Number(goal.toFixed(2))})`;
  console.log(`\n${title}\n`);
  console.log(
    '| contender | s median | min | max | MiB/s | our speed to theirs | CPU s/GiB | min | our CPU to theirs | RSS MiB |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  const ours = { seconds: median(sorted(0, 'seconds')), cpu: median(sorted(0, 'cpu')) };
  for (const [index, { name, goal = {} }] of contenders.entries()) {
    const seconds = sorted(index, 'seconds');
    const cpu = sorted(index, 'cpu');
    const cells = [
      name,
      median(seconds).toFixed(3),
      seconds[0]?.toFixed(3),
      seconds.at(-1)?.toFixed(3),
      (bytes / 2 ** 20 / median(seconds)).toFixed(0),
      (median(seconds) / ours.seconds).toFixed(2) + goalOf(goal.speed, '>='),
      (median(cpu) / gibibytes).toFixed(2),
      ((cpu[0] ?? Number.NaN) / gibibytes).toFixed(2),
      (ours.cpu / median(cpu)).toFixed(2) + goalOf(goal.cpu, '<='),
      median(sorted(index, 'mebibytes')).toFixed(0) + (index === 0 ? ' (goal <= 140)' : ''),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}
