// Plans of statements as they run, those inside of functions included.

// audit_head has 64 rows, rate_limit and the others are small: a scan of such a table is the right plan.
const LARGE = /Seq Scan on (?:share|share_use|audit_event|session|webhook_delivery)\b.*/;
// To compile a plan takes some 200 ms: its cost was estimated far too high.
const COMPILED = /^JIT:/m;
/** @type {[names: RegExp, plan: RegExp][]} */
const BADLY = [
  // A page that is sorted was read whole first.
  [/^(?:list|export)/, /Sort Key: .*/],
  // By time all uses of a share are read.
  [/redeem/, /.*share_use_by_time.*/],
];

/**
 * Lets the pool's only connection show its plans.
 *
 * @param {import('pg').Pool} pool
 * @returns {Promise<(run: () => Promise<unknown>) => Promise<string>>} runs something and returns its plans
 */
export async function openPlans(pool) {
  await pool.query(`load 'auto_explain'`);
  await pool.query(`set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
    set client_min_messages = log`);
  /** @type {string[]} */
  let plans = [];
  const client = await pool.connect();
  client.on('notice', ({ message }) => void plans.push(message ?? ''));
  client.release();
  return async (run) => {
    plans = [];
    await run();
    return plans.join('\n');
  };
}

/**
 * Judges plans, and prints the indexes that they use.
 *
 * @param {string} name
 * @param {string} text
 * @returns {boolean} whether all rows of large tables were found by an index, and nothing was compiled
 */
export function judgePlans(name, text) {
  const indexes = new Set(
    [...text.matchAll(/Index (?:Only )?Scan (?:Backward )?(?:using|on) (\w+)/g)].map(([, index]) => index),
  );
  const [, badly] = BADLY.find(([names]) => names.test(name)) ?? [];
  const [scan] = LARGE.exec(text) ?? COMPILED.exec(text) ?? badly?.exec(text) ?? [];
  console.log(`${scan === undefined ? '✓' : '✗'} ${name}: ${scan ?? ([...indexes].join(', ') || 'no large table')}`);
  if (scan !== undefined) console.log(text);
  return scan === undefined && text !== '';
}
