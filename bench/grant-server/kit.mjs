// What the benchmarks of the grant server share: a server as a child process, and load over kept-alive connections.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

/** @typedef {{ rate: number, p99: number, cpu?: number }} Rate in one second, in milliseconds, and in microseconds of each */
/** @typedef {{ origin: string, paths: string[], pid: number, cpuSeconds(): number, close(): void }} Subject a server */

/** @param {readonly number[]} times in milliseconds */
export function p99Of(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
}

/**
 * Sends as much as the connections carry.
 *
 * @param {object} options
 * @param {string} options.origin
 * @param {() => string} options.next the path of each request
 * @param {number} options.connections
 * @param {number} options.wanted the status that each response must have
 * @param {number} options.seconds
 * @returns {Promise<Rate & { count: number }>}
 */
export async function load({ origin, next, connections, wanted, seconds }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  let count = 0;
  /** @type {number[]} the newest ones, so that a long run needs no more memory */
  const times = [];
  const startedAt = performance.now();
  const end = startedAt + seconds * 1000;
  const one = () =>
    new Promise((resolve, reject) => {
      const from = performance.now();
      http
        .get(origin + next(), { agent }, (response) => {
          if (response.statusCode !== wanted) reject(new Error(`status ${response.statusCode} instead of ${wanted}`));
          response.resume().on('end', () => {
            times[count % 200_000] = performance.now() - from;
            count += 1;
            resolve(undefined);
          });
        })
        .on('error', reject);
    });
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) await one();
    }),
  );
  const taken = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { rate: count / taken, p99: p99Of(times), count };
}

/**
 * Starts a server of `subject.mjs`.
 *
 * @param {Record<string, string>} env
 * @returns {Promise<Subject>}
 */
export async function startSubject(env) {
  const child = fork(fileURLToPath(new URL('subject.mjs', import.meta.url)), { env: { ...process.env, ...env } });
  const [origin, paths] = await new Promise((resolve, reject) => {
    child.once('message', resolve).once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const pid = child.pid ?? 0;
  // In ticks of a hundredth of a second, after the name in parentheses, which may hold spaces.
  const cpuSeconds = () => {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13) ?? [];
    return (Number(user) + Number(system)) / 100;
  };
  return { origin, paths, pid, cpuSeconds, close: () => void child.kill() };
}

/** @param {readonly string[]} paths @returns {() => string} */
export function anyOf(paths) {
  return () => paths[Math.floor(Math.random() * paths.length)] ?? '';
}
