// Runs the benchmarks, all or by name, each in a process of its own.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

const FILES = {
  sign: 'sign/sign.mjs',
  'presign-many': 'sign/presign-many.mjs',
  crc64: 'crc64.mjs',
  download: 'download/download.mjs',
  'local-oss': 'local-oss/local-oss.mjs',
  'local-oss-list': 'local-oss/local-oss-list.mjs',
  credentials: 'credentials/credentials.mjs',
  'cli-start': 'cli-start.mjs',
  'grant-server': 'grant-server/grant-server.mjs',
};
const NAMES = Object.keys(FILES);
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`unknown benchmark "${unknown}": one of ${NAMES.join(', ')}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}`);
for (const [name, file] of Object.entries(FILES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, file)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
