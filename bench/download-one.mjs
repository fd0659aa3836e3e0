// One contender's download in a process of its own; prints seconds, CPU seconds and the peak of memory as JSON.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const [name, url = '', target = ''] = process.argv.slice(2);

/** Each loads its libraries first: starting up is not what is measured. */
const CONTENDERS = {
  async ossgrant() {
    const { fromUrl } = await import('@ossgrant/http-downloader');
    const { downloadToFile } = await import('@ossgrant/http-downloader/file');
    return async () => {
      const { verified } = await downloadToFile(fromUrl(url), target);
      if (verified !== 'crc64') throw new Error('not verified');
    };
  },
  async 'ossgrant-1'() {
    const { fromUrl } = await import('@ossgrant/http-downloader');
    const { downloadToFile } = await import('@ossgrant/http-downloader/file');
    return () => downloadToFile(fromUrl(url), target, { connections: 1 });
  },
  async 'ali-oss'() {
    const { default: OSS } = await import('ali-oss');
    const { origin, pathname } = new URL(url);
    const [, bucket = '', key = ''] = pathname.split('/');
    const client = new OSS({ endpoint: origin, bucket, accessKeyId: 'any', accessKeySecret: 'any', timeout: 600_000 });
    return () => client.get(key, target);
  },
  async undici() {
    const { request } = await import('undici');
    return async () => pipeline((await request(url)).body, createWriteStream(target, { highWaterMark: 1 << 20 }));
  },
};

const start = CONTENDERS[/** @type {keyof typeof CONTENDERS} */ (name)];
const run = await start();
const before = process.cpuUsage();
const startedAt = performance.now();
await run();
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
const mebibytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6, mebibytes }));
process.exit(0);
