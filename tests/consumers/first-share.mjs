// A stranger's first minutes with the grant server: installed from the tarballs with a warm cache of npm, started by npx, and a
// share made by the command that it prints and redeemed by curl. The README shows this transcript.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createProject, run } from './project.mjs';

/** @returns {Promise<number>} a port that was free a moment ago */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} the command that makes a share */
async function printedCommand(child) {
  let text = '';
  for await (const data of /** @type {import('node:stream').Readable} */ (child.stdout)) {
    text += String(data);
    const [command] = /^ {2}curl -s [^]*\}'$/m.exec(text) ?? [];
    if (command !== undefined) return command.trim();
  }
  throw new Error(`the server ended without a command to try:\n${text}`);
}

/** @param {readonly import('./pack.mjs').Packed[]} packed @param {import('./inspect.mjs').Report} report */
export async function checkFirstShare(packed, report) {
  // The first install fills the cache.
  createProject(packed);
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  const folder = createProject(packed);
  console.log(`» ${seconds()} s  npm install`);
  const env = { ...process.env, PORT: String(await freePort()), LOG_LEVEL: 'error' };
  // A group of its own: npx starts the server as a child of its own.
  const child = spawn('npx', ['grant-server', '--demo'], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const command = await printedCommand(child);
    console.log(`» ${seconds()} s  npx grant-server --demo`);
    const { url } = JSON.parse(run('sh', ['-c', command]).output);
    console.log(`» ${seconds()} s  ${command.replace(/ogk_[\w-]+/, 'ogk_...').split('\n')[0]}`);
    const { output } = run('curl', ['-sL', url]);
    console.log(`» ${seconds()} s  curl -sL ${url.replace(/\/d\/.*/, '/d/...')}\n${output.trimEnd()}`);
    report(`from packed tarballs to the first redeemed share in ${seconds()} s`, /private bucket/.test(output), output);
  } finally {
    const ended = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
}
