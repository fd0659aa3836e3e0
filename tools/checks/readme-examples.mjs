// Type-checks and runs the TypeScript of every README and guide against a local OSS, with exactly the packages that the page's
// install lines name: an example that rots, or that needs what nobody said to install, is worse than none. A block is a whole
// module. It runs with the variables that a reader would have set, and `my-bucket/report.pdf` exists. With pages as arguments it runs those.
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalOss } from '@ossgrant/local-oss';
import { publishedPackages } from '../workspace.mjs';
import { startGrantServer } from './example-grant-server.mjs';

const asked = process.argv.slice(2);
const packages = publishedPackages();
const pages = [
  'README.md',
  'README.zh-CN.md',
  ...packages.map(({ folder }) => `${folder}/README.md`),
  ...['docs/guides', 'docs/zh'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`)),
].filter((page) => existsSync(page) && (asked.length === 0 || asked.includes(page)));
const compilerOptions = {
  target: 'es2023',
  lib: ['es2023'],
  module: 'nodenext',
  strict: true,
  types: ['node'],
  outDir: 'out',
  rootDir: '.',
};

let failures = 0;
const root = mkdtempSync(path.join(tmpdir(), 'ossgrant-examples-'));
const oss = await startLocalOss();
/** @type {Promise<Awaited<ReturnType<typeof startGrantServer>>> | undefined} */
let grantServer;
try {
  await oss.put('my-bucket', 'report.pdf', 'a report\n'.repeat(1000));
  for (const page of pages) await checkPage(page);
} finally {
  await (await grantServer)?.close();
  await oss.close();
  rmSync(root, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

/** @param {string} page */
async function checkPage(page) {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 1: code = '', index }) => ({
    code,
    where: `${page}:${text.slice(0, index).split('\n').length + 1}`,
  }));
  if (blocks.length === 0) return;
  const folder = path.join(root, page.replaceAll('/', '-'));
  mkdirSync(path.join(folder, 'node_modules/@types'), { recursive: true });
  for (const name of [...installed(text), '@types/node']) link(name, folder);
  blocks.forEach(({ code }, index) => writeFileSync(path.join(folder, `example-${index}.ts`), `${code}\nexport {};\n`));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  try {
    execFileSync('node_modules/.bin/tsc', ['-p', folder], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  } catch (error) {
    failures += 1;
    console.log(`${page} does not compile with the packages that it installs:\n${Object(error).stdout}`);
    return;
  }
  const calls = text.includes('OSSGRANT_SERVER');
  for (const [index, { where }] of blocks.entries()) {
    const { code, output } = await run(
      folder,
      `example-${index}.js`,
      calls ? await (grantServer ??= startGrantServer(oss)) : undefined,
    );
    console.log(`${where} ${code === 0 ? 'runs' : `exits with ${code}:\n${output}`}`);
    if (code !== 0) failures += 1;
  }
}

/** @param {string} text @returns {string[]} the packages of the page's install lines */
function installed(text) {
  return [...text.matchAll(/^npm install ([^#\n]+)/gm)].flatMap(([, names = '']) =>
    names.split(' ').filter((name) => /^@?[a-z]/.test(name) && name !== 'ossgrant'),
  );
}

// A link to a workspace package resolves its own dependencies as an installed one does, and nothing of its neighbours.
/** @param {string} name @param {string} folder */
function link(name, folder) {
  const own = packages.find(({ manifest }) => manifest.name === name)?.folder;
  const target = own ?? path.join('node_modules', name);
  const place = path.join(folder, 'node_modules', name);
  mkdirSync(path.dirname(place), { recursive: true });
  if (!existsSync(place)) symlinkSync(path.resolve(target), place, 'junction');
}

/**
 * @param {string} folder @param {string} file @param {{ env: Record<string, string> }} [server] a grant server that the page calls
 * @returns {Promise<{ code: number | null, output: string }>}
 */
async function run(folder, file, server) {
  const env = { PATH: process.env['PATH'], ...oss.environment(), ...server?.env };
  const child = spawn(process.execPath, [file], { cwd: path.join(folder, 'out'), env, timeout: 30_000 });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
