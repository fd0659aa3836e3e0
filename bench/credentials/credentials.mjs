// How often STS is asked, and what callers get while it is away.
import { startLocalOss } from '@ossgrant/local-oss';
import { CONTENDERS } from './credentials-contenders.mjs';
import { createTransport } from './credentials-transport.mjs';
import { advance, clock } from './simulated-time.mjs';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** @typedef {(typeof CONTENDERS)[number]} Contender */

/** @param {Contender} contender @param {number} seconds */
async function begin(contender, seconds) {
  const oss = await startLocalOss();
  const transport = createTransport(oss.endpoint);
  const ask = await contender.create({ oss, transport, seconds });
  return { oss, transport, ask };
}

/** @typedef {Awaited<ReturnType<typeof begin>>} Running */

/** Asks once a second. @param {Running} running @param {number} durationMs */
async function askFor({ ask, transport }, durationMs) {
  const got = { valid: 0, expired: 0, error: 0 };
  const end = clock.now() + durationMs;
  while (clock.now() < end) {
    got[await outcome(ask, transport)] += 1;
    advance(SECOND);
  }
  return got;
}

/** @param {() => Promise<string>} ask @param {Running['transport']} transport */
async function outcome(ask, transport) {
  try {
    return transport.isAlive(await ask()) ? 'valid' : 'expired';
  } catch {
    return 'error';
  }
}

/** @param {Contender} contender */
async function cold(contender) {
  const running = await begin(contender, 3600);
  await Promise.all(Array.from({ length: 1000 }, running.ask));
  await running.oss.close();
  return String(running.transport.tries.length);
}

/** @param {Contender} contender */
async function twoHours(contender) {
  const running = await begin(contender, 900);
  const { expired, error } = await askFor(running, 2 * HOUR);
  await running.oss.close();
  return `${running.transport.tries.length}${expired + error === 0 ? '' : ` (${expired} expired, ${error} errors)`}`;
}

/** STS goes away just before the first contender would renew an hour's key: with 15 minutes and 10 seconds left. @param {Contender} contender @param {number} durationMs */
async function outage(contender, durationMs) {
  const running = await begin(contender, 3600);
  const { transport, oss } = running;
  await askFor(running, 44 * MINUTE + 50 * SECOND);
  const before = transport.tries.length;
  transport.setDown(true);
  const got = await askFor(running, durationMs);
  transport.setDown(false);
  const back = clock.now();
  while ((await outcome(running.ask, transport)) !== 'valid' && clock.now() - back < 48 * HOUR) advance(SECOND);
  const recoveredMs = clock.now() - back;
  await oss.close();
  const tries = transport.tries.slice(before);
  const instants = [...new Set([...tries.filter((at) => at < back), back])];
  const longest = Math.max(...instants.slice(1).map((at, index) => at - (instants[index] ?? at)));
  return {
    got: Object.entries(got)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', '),
    tries: String(tries.filter((at) => at < back).length),
    gap: readable(longest),
    recovered: recoveredMs >= 48 * HOUR ? 'over 48 h' : readable(recoveredMs),
  };
}

/** @param {number} ms */
function readable(ms) {
  if (ms < 2 * MINUTE) return `${ms / 1000} s`;
  return ms < 2 * HOUR ? `${(ms / MINUTE).toFixed(1)} min` : `${(ms / HOUR).toFixed(1)} h`;
}

console.log(`
Simulated: time (\`Date\` is replaced in this process and moves a second with each call; local-oss is in the same process and
moves along). Real: the packages, local-oss's STS over HTTP, its signature check. @alicloud/credentials speaks https to STS only,
so its \`doRequest\` hook hands the signed call to local-oss; ali-oss gets its own STS class by \`refreshSTSToken\` at its default
interval of 5 minutes, through its \`urllib\` option. In an outage every connection to STS is refused; it begins when an hour's key
has 15 minutes and 10 seconds left. Ours makes up to three tries in one fetch. The longest gap counts from the first try in the
outage to its end.
`);
const rows = [];
for (const contender of CONTENDERS) {
  const [short, long] = [await outage(contender, 10 * MINUTE), await outage(contender, 24 * HOUR)];
  rows.push([
    ['', contender.name],
    ['STS calls, 1,000 concurrent cold calls', await cold(contender)],
    ['STS calls, 2 h, 900 s token, a call a second', await twoHours(contender)],
    ['10 min outage: callers got', short.got],
    ['10 min outage: tries, longest gap', `${short.tries}, ${short.gap}`],
    ['10 min outage: time to recover', short.recovered],
    ['24 h outage: callers got', long.got],
    ['24 h outage: tries, longest gap', `${long.tries}, ${long.gap}`],
    ['24 h outage: time to recover', long.recovered],
  ]);
}
const [first = []] = rows;
for (const [index, [label = '']] of first.entries()) {
  console.log(`| ${[label, ...rows.map((row) => row[index]?.[1] ?? '')].join(' | ')} |`);
  if (index === 0) console.log(`|${' --- |'.repeat(rows.length + 1)}`);
}
