// One contender's downloads in a process of its own: of one object, or of so many, 16 at a time. Prints seconds, CPU seconds and the
// peak of memory as JSON.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const [name, url = '', target = '', count = ''] = process.argv.slice(2);
const AT_ONCE = 16;

/** Each loads its libraries first: starting up is not what is measured. */
const CONTENDERS = {
  ossgrant: () => ossgrant({}),
  'ossgrant-1': () => ossgrant({ connections: 1 }),
  // By undici's connections alone.
  'ossgrant-undici': () => ossgrant({}),
  async 'ali-oss'() {
    const { default: OSS } = await import('ali-oss');
    const { origin, pathname } = new URL(url);
    const [, bucket = ''] = pathname.split('/');
    const client = new OSS({ endpoint: origin, bucket, accessKeyId: 'any', accessKeySecret: 'any', timeout: 600_000 });
    return (/** @type {string} */ from, /** @type {string} */ to) =>
      client.get(new URL(from).pathname.slice(bucket.length + 2), to);
  },
  async undici() {
    const { request } = await import('undici');
    return async (/** @type {string} */ from, /** @type {string} */ to) =>
      pipeline((await request(from)).body, createWriteStream(to, { highWaterMark: 1 << 20 }));
  },
};

async function loadOurs() {
  const [{ fromUrl }, { downloadToFile, downloadAll }] = await Promise.all([
    import('@ossgrant/http-downloader'),
    import('@ossgrant/http-downloader/file'),
    // Which it uses, but loads only with its first request.
    name === 'ossgrant-undici' ? import('undici') : undefined,
  ]);
  return { fromUrl, downloadToFile, downloadAll };
}

async function loadDownloadAll() {
  const { fromUrl, downloadAll } = await loadOurs();
  return async (/** @type {number} */ many) => {
    const items = Array.from({ length: many }, (_, index) => ({
      source: fromUrl(`${url}${index}`),
      path: `${target}${index}`,
    }));
    for await (const item of downloadAll(items, { connections: AT_ONCE })) {
      if (item.status !== 'completed' || item.result.verified !== 'crc64')
        throw new Error(`${item.status}: ${item.path}`);
    }
  };
}

/** @param {import('@ossgrant/http-downloader/file').FileDownloadOptions} options */
async function ossgrant(options) {
  const { fromUrl, downloadToFile } = await loadOurs();
  return async (/** @type {string} */ from, /** @type {string} */ to) => {
    const { verified } = await downloadToFile(fromUrl(from), to, options);
    if (verified !== 'crc64') throw new Error('not verified');
  };
}

if (name === 'ossgrant-undici') process.env['OSSGRANT_DIRECT'] = 'off';
const start = CONTENDERS[/** @type {keyof typeof CONTENDERS} */ (name)];
const download = await start();
const downloadMany = name?.startsWith('ossgrant') && count !== '' ? await loadDownloadAll() : undefined;
const before = process.cpuUsage();
const startedAt = performance.now();
if (downloadMany !== undefined) await downloadMany(Number(count));
else if (count === '') await download(url, target);
else {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < Number(count); index = next++)
      await download(`${url}${index}`, `${target}${index}`);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
const mebibytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, mebibytes }));
process.exit(0);
