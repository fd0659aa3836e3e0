// Memory of a grant server on PostgreSQL under load. Seconds: GRANT_MEMORY_SECONDS (600). The slope is that of the second
// half, by least squares: in the first the heap finds its size. Fails where it would add
// 100 MiB in an hour, unless the run is too short to say.
import { readFileSync } from 'node:fs';
import { startPostgres } from '@ossgrant/test-servers/start-postgres';
import { anyOf, load, startSubject } from './kit.mjs';

const seconds = Number(process.env['GRANT_MEMORY_SECONDS'] ?? 600);
const MOST_PER_HOUR = 100;
const PAGE = 4096;

const database = await startPostgres();
const server = await startSubject({ KIND: 'postgres', DATABASE_URL: database.url, SHARES: '2000' });
/** @type {[number, number][]} seconds and MiB */
const samples = [];
const startedAt = performance.now();
const sample = () => {
  const pages = Number(readFileSync(`/proc/${server.pid}/statm`, 'utf8').split(' ')[1]);
  samples.push([(performance.now() - startedAt) / 1000, (pages * PAGE) / 2 ** 20]);
};
const timer = setInterval(sample, 1000);
try {
  const next = anyOf(server.paths);
  const { rate } = await load({ origin: server.origin, next, connections: 20, wanted: 302, seconds });
  console.log(`${seconds} s of redeems, ${rate.toFixed(0)}/s`);
} finally {
  clearInterval(timer);
  server.close();
  await database.close();
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const half = samples.filter(([at]) => at > seconds / 2);
const middle = mean(half.map(([at]) => at));
const level = mean(half.map(([, mib]) => mib));
const slope =
  half.reduce((sum, [at, mib]) => sum + (at - middle) * (mib - level), 0) /
  half.reduce((sum, [at]) => sum + (at - middle) ** 2, 0);
for (let n = 0; n < samples.length; n += Math.ceil(samples.length / 10)) {
  const [at = 0, mib = 0] = samples[n] ?? [];
  console.log(`${at.toFixed(0).padStart(5)} s ${mib.toFixed(1).padStart(7)} MiB`);
}
const perHour = slope * 3600;
const judged = seconds >= 300;
const flat = perHour < MOST_PER_HOUR;
console.log(`» mean of the second half ${level.toFixed(1)} MiB, slope ${(slope * 60).toFixed(2)} MiB a minute`);
if (judged) console.log(flat ? '» flat' : `» grows by ${perHour.toFixed(0)} MiB an hour: more than ${MOST_PER_HOUR}`);
process.exitCode = flat || !judged ? 0 : 1;
