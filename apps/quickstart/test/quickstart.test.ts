import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pgliteDatabase } from '@ossgrant/grant-handler/postgres';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchClient, type PlainClient } from '../src/plain-client.ts';
import { runDemo } from '../src/run-demo.ts';
import { type ShareServer, type ShareServerSettings, startShareServer as startServer } from '../src/share-server.ts';
import type { StartShareServer } from '../src/shares.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-test-'));
  file = join(folder, 'a b+报告.bin');
  await writeFile(file, Buffer.alloc(300_000, 'content '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Changes {
  readonly env?: Record<string, string>;
  readonly client?: PlainClient;
  readonly interactive?: boolean;
  readonly startShareServer?: StartShareServer;
}

async function run(options: Changes = {}) {
  let output = '';
  const terminal = { write: (text: string) => void (output += text), interactive: options.interactive ?? false };
  const { env = {}, client = fetchClient, startShareServer } = options;
  const shares = startShareServer === undefined ? {} : { startShareServer };
  return { code: await runDemo({ file, env, client, terminal, ...shares }), output };
}

describe('the demo on the local server', () => {
  it('shows both ways and the refusals, and exits with 0', async () => {
    const { code, output } = await run();
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
    const ours = ['V4 link, ossgrant', 'V1 link, ossgrant', 'STS headers, ossgrant'];
    for (const way of [...ours, String.raw`V4 link, fetch \+ checks`, String.raw`V1 link, fetch \+ checks`]) {
      expect(output).toMatch(new RegExp(`${way} +300000 .* yes +yes$`, 'm'));
    }
    expect(output).toMatch(/tampered link: 403 SignatureDoesNotMatch/);
    expect(output).toMatch(/another object with the temporary credentials: 403 AccessDenied/);
    expect(output).toMatch(/expired link: 403 AccessDenied EC 0002-00000069/);
  });

  it('makes a share that is counted, revoked and then refused, and a handle that gives credentials', async () => {
    const pglite = new PGlite();
    const startShareServer = (settings: ShareServerSettings): Promise<ShareServer> =>
      startServer(settings, pgliteDatabase(pglite));
    const { code, output } = await run({ startShareServer });
    await pglite.close();
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
    expect(output).toContain('✓ the server has counted it: 1 of 3');
    expect(output).toContain('✓ the owner revokes it: 410 revoked');
    expect(output).toContain('✓ a GET of a handle gives temporary credentials for this object');
    expect(output).toContain('✓ the owner revokes the handle: 410');
  }, 60_000);

  it('exits with 1 and says why when the application server cannot start', async () => {
    const { code, output } = await run({ startShareServer: () => Promise.reject(new Error('no memory')) });
    expect(code).toBe(1);
    expect(output).toContain('✗ Error: no memory');
  });

  it('does not present a plain client as one that verifies, flushes and renames', async () => {
    const { output } = await run();
    expect(output).toMatch(/V4 link, fetch +300000 .* no +no$/m);
    expect(output).toMatch(/V1 link, fetch +300000 .* no +no$/m);
  });

  it('keeps to 80 columns and to plain text off a terminal', async () => {
    const { output } = await run();
    for (const line of output.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(output).toMatch(/^[^\u001b\r]*$/);
  });

  it('has colours and a bar on a terminal', async () => {
    const { output } = await run({ interactive: true });
    expect(output).toContain('\u001b[');
    expect(output).toMatch(/\[#*\.*\] +\d+ %/);
  });

  it('exits with 1 when a client gets other bytes than were uploaded', async () => {
    const client: PlainClient = { name: 'liar', download: (_, path) => writeFile(path, Buffer.alloc(300_000)) };
    const { code, output } = await run({ client });
    expect(code).toBe(1);
    expect(output).toMatch(/✗ liar: .*DIFFERS/);
  });

  it('exits with 1 and names the failure when a client fails', async () => {
    const client: PlainClient = { name: 'broken', download: () => Promise.reject(new Error('no route')) };
    const { code, output } = await run({ client });
    expect(code).toBe(1);
    expect(output).toContain('✗ Error: no route');
  });

  it('is what runs when only a region is set', async () => {
    const { code, output } = await run({ env: { OSS_REGION: 'cn-hangzhou' } });
    expect(code).toBe(0);
    expect(output).toContain('local-oss');
  });

  it('leaves no file behind', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('ossgrant-quickstart-'));
    await run();
    const after = (await readdir(tmpdir())).filter((name) => name.startsWith('ossgrant-quickstart-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('the demo on a service from the environment', () => {
  let oss: LocalOss;
  beforeEach(async () => {
    oss = await startLocalOss();
    await oss.put('their-bucket', 'dir/report.pdf', Buffer.alloc(200_000, 'x'));
  });
  afterEach(() => oss.close());

  const env = (changes: Record<string, string> = {}) => ({
    ...oss.environment(),
    OSS_BUCKET: 'their-bucket',
    OSS_KEY: 'dir/report.pdf',
    ...changes,
  });

  it('only reads, and shortens the links that it prints', async () => {
    const { code, output } = await run({ env: env() });
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
    expect(output).toMatch(/STS headers.* 200000 .* yes/);
    expect(output).toMatch(/x-oss-signature=.{6}…$/m);
    expect(oss.journal.entries().map(({ method }) => method)).not.toContain('PUT');
  });

  it('reports the second way as skipped without a role', async () => {
    const { code, output } = await run({ env: env({ ALIBABA_CLOUD_ROLE_ARN: '' }) });
    expect(code).toBe(0);
    expect(output).toContain('skipped: set ALIBABA_CLOUD_ROLE_ARN');
    expect(output).not.toContain('STS headers');
  });

  it('reports V1 as skipped where the bucket refuses it', async () => {
    await oss.close();
    oss = await startLocalOss({ v1: 'refuse' });
    await oss.put('their-bucket', 'dir/report.pdf', 'x');
    const { code, output } = await run({ env: env() });
    expect(code).toBe(0);
    expect(output).toContain('skipped: this bucket refuses V1');
  });

  it('exits with 1 and says what is missing when the settings are not complete', async () => {
    const { code, output } = await run({ env: env({ OSS_KEY: '' }) });
    expect(code).toBe(1);
    expect(output).toContain('also set OSS_KEY');
  });

  it('prints no secret', async () => {
    const { output } = await run({ env: env() });
    expect(output).not.toContain(oss.owner.accessKeySecret);
    expect(output).not.toMatch(/CAIS/);
  });
});
