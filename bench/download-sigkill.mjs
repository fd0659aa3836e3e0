// Resuming across crashes: a download in a process of its own is killed with SIGKILL at a random instant, again and again, until
// one run finishes; then the file must be the object's, with nothing beside it. All the while an older file stays whole.
// Needs a build. OSSGRANT_RUNS is the number of kills.
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [url, target] = process.argv.slice(2);
if (url !== undefined && target !== undefined) {
  const { fromLinks } = await import('@ossgrant/http-downloader');
  const { downloadToFile } = await import('@ossgrant/http-downloader/file');
  const source = fromLinks(async () => url, 'the object');
  console.log('started');
  const { resumedFrom } = await downloadToFile(source, target, { partSize: 1 << 20, bandwidthLimit: 24 << 20 });
  console.log(`resumed from ${resumedFrom}`);
  process.exit(0);
}

const { startLocalOss } = await import('@ossgrant/local-oss');
const { createPresigner } = await import('@ossgrant/url-presigner');
const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 200);
const content = randomBytes(32 << 20);
const sha256 = (/** @type {Uint8Array} */ bytes) => createHash('sha256').update(bytes).digest('hex');
const wanted = sha256(content);
const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-sigkill-'));
const file = path.join(folder, 'object.bin');
const oss = await startLocalOss();
let [kills, finished, resumed] = [0, 0, 0];
try {
  const { endpoint, region, owner: credentials } = oss;
  await oss.put('kill-bucket', 'object.bin', content);
  const presigner = createPresigner({ endpoint, region, bucket: 'kill-bucket', credentials, expiresIn: '1d' });
  const link = (await presigner.presign({ key: 'object.bin' })).url;
  await writeFile(file, 'older');
  while (kills < RUNS) {
    const child = spawn(process.execPath, [import.meta.filename, link, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    await once(child.stdout, 'data');
    const timer = setTimeout(() => child.kill('SIGKILL'), randomInt(1, 1500));
    const [code, signal] = await once(child, 'exit');
    clearTimeout(timer);
    const found = await readFile(file);
    const isOlder = found.length === 5 && found.toString() === 'older';
    if (!isOlder && sha256(found) !== wanted)
      throw new Error(`after ${kills} kills the file is neither the older nor the object`);
    if (signal === 'SIGKILL') {
      kills += 1;
      continue;
    }
    if (code !== 0) throw new Error(`a run failed: ${code} ${output}`);
    const names = await readdir(folder);
    if (isOlder || names.length !== 1) throw new Error(`a finished run left ${names.join(', ')}`);
    finished += 1;
    if (!output.includes('resumed from 0')) resumed += 1;
    await writeFile(file, 'older');
  }
} finally {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
}
console.log(`${kills} kills, ${finished} downloads finished and right, ${resumed} of them resumed`);
