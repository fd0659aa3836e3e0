import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import { freePort, startPostgres } from '../start-postgres.mjs';

export const BIN = fileURLToPath(new URL('../../../apps/grant-server/dist/grant-server.js', import.meta.url));
export const BUCKET = 'reports-bucket';

/** Processes of the grant server on one PostgreSQL. */
export interface Servers {
  readonly oss: LocalOss;
  readonly database: Awaited<ReturnType<typeof startPostgres>>;
  readonly urls: readonly string[];
  readonly key: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends one, by default as the kernel does when memory runs out. @returns its exit code */
  kill(index: number, signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts one again on its port, as an orchestrator does: as often as it takes. */
  restart(index: number): Promise<void>;
  /** The process behind a URL, while it runs. */
  pid(index: number): number | undefined;
  api(method: string, path: string, body?: unknown, index?: number): Promise<Response>;
  /** Makes a share; its address on each server. */
  share(fields: Record<string, unknown>): Promise<{ id: string; urls: readonly string[] }>;
  close(): Promise<void>;
}

/** Starts the server's program and waits until it listens. */
export async function started(env: Record<string, string>): Promise<ChildProcess> {
  if (!existsSync(BIN)) throw new Error('build the server first: pnpm exec turbo run build');
  const child = spawn(process.execPath, [BIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    const read = (data: Buffer): void => {
      log += data.toString();
      if (!log.includes('"listening"')) return;
      // From here on nobody reads it, and a long run would fill memory with it.
      child.stderr?.off('data', read).resume();
      resolve();
    };
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  return child;
}

type Variables = Readonly<Record<string, string>>;

/** Starts so many servers, with further variables, and with those that each has for itself. */
export async function startServers(
  count: number,
  env: Variables = {},
  own: (index: number) => Variables = () => ({}),
): Promise<Servers> {
  const [oss, database] = await Promise.all([startLocalOss(), startPostgres()]);
  await oss.put(BUCKET, 'reports/a.txt', 'content of a\n'.repeat(100_000));
  const shared = {
    PATH: process.env['PATH'] ?? '',
    ...oss.environment(),
    OSS_ENDPOINT: oss.endpoint,
    OSS_REGION: oss.region,
    GRANT_BUCKETS: BUCKET,
    GRANT_ROLE_ARN: oss.roleArn,
    GRANT_TOKEN_KEYS: `1:${randomBytes(32).toString('base64')}`,
    DATABASE_URL: database.url,
    ...env,
  };
  const ports: number[] = [];
  for (let n = 0; n < count; n += 1) ports.push(await freePort());
  const start = (index: number): Promise<ChildProcess> =>
    started({ ...shared, ...own(index), PORT: String(ports[index]) });
  const starting = ports.map((_, index) => start(index));
  const children = await Promise.all(starting).catch(async (error: unknown) => {
    // Nobody else would end what runs already.
    for (const one of await Promise.allSettled(starting)) if (one.status === 'fulfilled') one.value.kill();
    await Promise.all([database.close(), oss.close()]);
    throw error;
  });
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const make = ['keys', 'make', '--owner', 'alice', '--admin', '--scope', `${BUCKET}/=365`];
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...make], { env: shared });
  const key = stdout.trim();

  const closing = new AbortController();

  async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return ended;
  }

  const servers: Servers = {
    oss,
    database,
    urls,
    key,
    env: shared,
    async kill(index, signal = 'SIGKILL') {
      const child = children[index];
      return child === undefined ? null : stop(child, signal);
    },
    async restart(index) {
      while (!closing.signal.aborted) {
        const child = await start(index).catch(() => undefined);
        if (child === undefined) {
          await new Promise((resolve) => setTimeout(resolve, 250));
          continue;
        }
        children[index] = child;
        if (closing.signal.aborted) await stop(child, 'SIGKILL');
        break;
      }
    },
    pid(index) {
      const child = children[index];
      return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
    },
    api: (method, path, body, index = 0) =>
      fetch(`${urls[index]}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async share(fields) {
      const response = await servers.api('POST', '/v1/shares', { bucket: BUCKET, key: 'reports/a.txt', ...fields });
      const made = (await response.json()) as { id: string; url: string };
      const { pathname } = new URL(made.url);
      return { id: made.id, urls: urls.map((url) => url + pathname) };
    },
    async close() {
      closing.abort();
      await Promise.all(children.map((child) => stop(child, 'SIGTERM')));
      await database.close();
      await oss.close();
    },
  };
  return servers;
}
