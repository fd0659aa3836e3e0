// Runs the benchmarks, all or by name, each in a process of its own.
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

const NAMES = [
  'sign',
  'presign-many',
  'crc64',
  'download',
  'download-limited',
  'download-small',
  'local-oss',
  'local-oss-list',
  'credentials',
  'cli-start',
];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`unknown benchmark "${unknown}": one of ${NAMES.join(', ')}`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}`);
for (const name of wanted.length === 0 ? NAMES : wanted) {
  const { status } = spawnSync(process.execPath, [path.join(import.meta.dirname, `${name}.mjs`)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
