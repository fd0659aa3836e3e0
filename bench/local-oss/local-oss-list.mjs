import { once } from 'node:events';
import { request } from 'node:http';
import { startLocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';

// Starting, and listing a bucket of 100,000 objects in memory, over HTTP: pages with a delimiter, pages of 1000 keys, and pages that each
// come after a put. Client and server share the process, so times are of both. Needs a build.

const [FOLDERS, SUBFOLDERS, FILES] = [20, 50, Number(process.env['OSSGRANT_FILES'] ?? 100)];
const ROUNDS = Number(process.env['OSSGRANT_ROUNDS'] ?? 40);

const residentMb = () => Math.round(process.memoryUsage().rss / 2 ** 20);
const two = (/** @type {number} */ number) => String(number).padStart(2, '0');

const before = residentMb();
const starting = process.cpuUsage();
const oss = await startLocalOss();
const { user, system } = process.cpuUsage(starting);
console.log(`ready after ${Math.round((user + system) / 1000)} ms of processor time (goal 300)`);
const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
const filling = performance.now();
const body = new TextEncoder().encode('x');
for (let folder = 0; folder < FOLDERS; folder += 1) {
  for (let sub = 0; sub < SUBFOLDERS; sub += 1) {
    for (let file = 0; file < FILES; file += 1) {
      await oss.put('list-bucket', `folder-${two(folder)}/sub-${two(sub)}/file-${two(file)}`, body);
    }
  }
}
const count = FOLDERS * SUBFOLDERS * FILES;
const filled = ((performance.now() - filling) / 1000).toFixed(1);
console.log(`${count} objects put in ${filled} s; resident ${before} MB before, ${residentMb()} MB after`);

/** @param {Record<string, string>} query */
async function list(query) {
  const target = { method: 'GET', endpoint, bucket: 'list-bucket', query: { 'list-type': '2', ...query } };
  const { origin, path, headers } = signHeadersV4(target, oss.owner, { date: new Date() });
  const start = performance.now();
  const outgoing = request(origin + path, { headers }).end();
  const [response] = await once(outgoing, 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  const ms = performance.now() - start;
  const text = Buffer.concat(chunks).toString();
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${text}`);
  const token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1];
  return { ms, token, entries: Number(/<KeyCount>(\d+)</.exec(text)?.[1]) };
}

/** @param {string} name @param {() => AsyncIterable<{ ms: number, entries: number }>} pages */
async function measure(name, pages) {
  const [times, entries] = [[0], [0]].map(() => /** @type {number[]} */ ([]));
  for await (const page of pages()) {
    times?.push(page.ms);
    entries?.push(page.entries);
  }
  const sorted = (times ?? []).toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  const label = `${name.padEnd(46)} ${String(entries?.[0]).padStart(5)} entries, ${sorted.length} pages`;
  console.log(`${label}: median ${at(0.5)} ms, p90 ${at(0.9)} ms, worst ${at(1)} ms`);
}

try {
  await measure('delimiter, at the top', async function* pages() {
    for (let round = 0; round < ROUNDS; round += 1) yield list({ delimiter: '/', 'max-keys': '1000' });
  });
  await measure('delimiter, in a folder', async function* pages() {
    for (let round = 0; round < ROUNDS; round += 1) {
      yield list({ delimiter: '/', 'max-keys': '1000', prefix: `folder-${two(round % FOLDERS)}/` });
    }
  });
  await measure('delimiter, in the last folder of one', async function* pages() {
    for (let round = 0; round < ROUNDS; round += 1) {
      yield list({ delimiter: '/', 'max-keys': '1000', prefix: `folder-${two(round % FOLDERS)}/sub-49/` });
    }
  });
  await measure('delimiter, after a put each time', async function* pages() {
    for (let round = 0; round < ROUNDS; round += 1) {
      await oss.put('list-bucket', `folder-${two(round % FOLDERS)}/new-${round}`, body);
      yield list({ delimiter: '/', 'max-keys': '1000', prefix: `folder-${two(round % FOLDERS)}/` });
    }
  });
  await measure('all keys, 1000 a page', async function* pages() {
    for (let token = /** @type {string | undefined} */ (''); token !== undefined;) {
      const page = await list({ 'max-keys': '1000', ...(token === '' ? {} : { 'continuation-token': token }) });
      token = page.token;
      yield page;
    }
  });
  console.log(`resident ${residentMb()} MB at the end`);
} finally {
  await oss.close();
}
