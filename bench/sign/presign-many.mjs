// A run of a million links from one lazy source, with credentials that are refreshed on the way: the rate, and that memory
// does not grow with the run.
import { createPresigner } from '@ossgrant/url-presigner';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 1_000_000);
let fetched = 0;
const presigner = createPresigner({
  region: 'cn-hangzhou',
  bucket: 'bench-bucket1',
  credentials: async () => {
    fetched += 1;
    const expiration = new Date(Date.now() + 1_800_000);
    return { accessKeyId: 'STS.example', accessKeySecret: 'example', securityToken: 'x'.repeat(600), expiration };
  },
});

function* requests() {
  for (let index = 0; index < RUNS; index += 1) yield { key: index % 1000 === 0 ? '/bad' : `objects/${index}.bin` };
}

const residentMb = () => Math.round(process.memoryUsage().rss / 2 ** 20);
const startedAt = performance.now();
let [signed, failed, characters, highest] = [0, 0, 0, 0];
/** @type {number[]} */
const tenths = [];
for await (const result of presigner.presignMany(requests())) {
  if (result.ok) {
    signed += 1;
    characters += result.value.url.length;
  } else failed += 1;
  if ((signed + failed) % Math.ceil(RUNS / 10) === 0) tenths.push(residentMb());
  highest = Math.max(highest, tenths.at(-1) ?? 0);
}
const seconds = (performance.now() - startedAt) / 1000;
console.log(`\nA run of ${RUNS.toLocaleString('en')} links, with a token of 600 characters\n`);
console.log(
  `${signed} signed, ${failed} refused, ${fetched} fetches of credentials, ${Math.round(characters / 2 ** 20)} MiB of text`,
);
console.log(`${Math.round(RUNS / seconds).toLocaleString('en')} links/s, resident MiB by tenths: ${tenths.join(' ')}`);
if (signed + failed !== RUNS || failed !== Math.ceil(RUNS / 1000)) process.exitCode = 1;
// The heap settles within the first tenths; after that a leak of 100 bytes a link would show.
if (RUNS >= 1_000_000 && highest - (tenths[2] ?? 0) > 60) process.exitCode = 1;
