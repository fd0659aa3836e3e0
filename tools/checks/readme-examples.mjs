// Type-checks and runs the TypeScript of every README and guide against a local OSS: an example that rots is worse than none. A block
// is a whole module. It runs with the variables that a reader would have set, and `my-bucket/report.pdf` exists.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startLocalOss } from '@ossgrant/local-oss';

const readmes = [
  'README.md',
  ...readdirSync('packages').map((name) => `packages/${name}/README.md`),
  ...readdirSync('docs/guides').map((name) => `docs/guides/${name}`),
].filter(existsSync);
// Inside a package that depends on all of them, so that resolution is a user's.
const folder = mkdtempSync(path.join('tests', 'integration', 'readme-'));

/** @type {{ name: string, where: string }[]} */
const examples = [];
for (const readme of readmes) {
  const text = readFileSync(readme, 'utf8');
  for (const match of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const line = text.slice(0, match.index).split('\n').length + 1;
    const name = `example-${examples.length + 1}`;
    writeFileSync(path.join(folder, `${name}.ts`), `${match[1]}\nexport {};\n`);
    examples.push({ name, where: `${readme}:${line}` });
  }
}

/**
 * @param {string} name
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<{ code: number | null, output: string }>}
 */
async function run(name, env) {
  const child = spawn(process.execPath, [`${name}.js`], { cwd: path.join(folder, 'out'), env, timeout: 30_000 });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

let failures = 0;
const oss = await startLocalOss();
try {
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    types: ['node'],
    outDir: 'out',
    rootDir: '.',
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  execFileSync('node_modules/.bin/tsc', ['-p', folder], { stdio: 'inherit' });
  await oss.put('my-bucket', 'report.pdf', 'a report\n'.repeat(1000));
  for (const { name, where } of examples) {
    const { code, output } = await run(name, { PATH: process.env['PATH'], ...oss.environment() });
    console.log(`${where} ${code === 0 ? 'runs' : `exits with ${code}:\n${output}`}`);
    if (code !== 0) failures += 1;
  }
} catch (error) {
  failures += 1;
  console.error(error instanceof Error ? error.message : error);
} finally {
  await oss.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${examples.length} examples, ${failures} failed`);
process.exitCode = failures === 0 && examples.length > 0 ? 0 : 1;
