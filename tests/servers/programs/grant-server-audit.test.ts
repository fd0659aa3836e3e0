import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, type Servers, startServers } from './start-servers.ts';

let folder: string;
let servers: Servers;
let env: Record<string, string>;
let pool: pg.Pool;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-audit-'));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await writeFile(place('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(place('public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const variables = { GRANT_AUDIT_KEY_FILE: place('key.pem'), GRANT_AUDIT_ANCHORS: place('anchors') };
  servers = await startServers(1, variables);
  env = { ...servers.env };
  pool = new pg.Pool({ connectionString: servers.database.url });
  for (let n = 0; n < 20; n += 1) {
    const { urls } = await servers.share({ maxUses: 3 });
    await fetch(urls[0] ?? '', { redirect: 'manual' });
  }
  // It signs once more when it stops.
  await servers.kill(0, 'SIGTERM');
}, 120_000);
afterAll(async () => {
  await pool.end();
  await servers.close();
  await rm(folder, { recursive: true, force: true });
});

function place(name: string): string {
  return path.join(folder, name);
}

/** Runs the command as an operator does. */
async function audit(args: readonly string[], variables = env): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'audit', ...args], { env: variables }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const offline = ['verify', '--export', 'export.ndjson', '--anchors', 'anchors', '--key', 'public.pem'];

test('a log is anchored, verified, exported, and verified elsewhere with the public key alone', async () => {
  const verified = await audit(['verify', '--json']);
  expect(verified).toMatchObject({ code: 0, err: '' });
  // One for the key, two for each share.
  expect(JSON.parse(verified.out)).toMatchObject({ events: 41, faults: [], unanchored: 0, complete: true });
  expect((await stat(place('anchors'))).mode & 0o777).toBe(0o600);

  expect(await audit(['export', '--output', place('export.ndjson')])).toEqual({ code: 0, out: '', err: '' });
  const exported = await readFile(place('export.ndjson'), 'utf8');
  // Nothing has happened since: it only gets another cursor.
  await audit(['export', '--output', place('export.ndjson')]);
  expect((await readFile(place('export.ndjson'), 'utf8')).split('\n').length).toBe(exported.split('\n').length + 1);
  const elsewhere = await audit(
    offline.map((arg) => (/[.]|^anchors$/.test(arg) ? place(arg) : arg)),
    { PATH: '' },
  );
  expect(elsewhere).toMatchObject({ code: 0, err: '' });
  expect(elsewhere.out).toMatch(/^41 events are as they were; the last anchor is of .*; 0 events came after it\n$/);
});

test('an event that is changed in the database is named, and the exit code is 1', async () => {
  const { rows } = await pool.query(`select shard, seq, actor from audit_event where kind = 'share.redeemed' limit 1`);
  const [{ shard, seq, actor }] = rows as [{ shard: number; seq: string; actor: string }];
  const change = 'update audit_event set actor = $3 where shard = $1 and seq = $2';
  await pool.query(change, [shard, seq, '203.0.113.99']);
  const found = await audit(['verify']);
  expect([found.code, found.err]).toEqual([1, '']);
  expect(found.out).toContain(`chain ${shard}, event ${seq}: the event was altered\n`);
  const refused = await audit(['prune', '--before', '2100-01-01']);
  expect([refused.code, refused.out]).toEqual([1, expect.stringMatching(/^removed nothing:\nchain/)]);
  await pool.query(change, [shard, seq, actor]);
  expect((await audit(['verify'])).code).toBe(0);
});

test('a prune removes what is anchored, and the log verifies afterwards, but not without what it wrote', async () => {
  const before = await readFile(place('anchors'));
  expect(await audit(['prune', '--before', '2020-01-01'])).toMatchObject({
    code: 1,
    out: 'removed nothing: no anchor is that old\n',
  });
  const pruned = await audit(['prune', '--before', new Date(Date.now() + 1000).toISOString()]);
  expect([pruned.code, pruned.out]).toEqual([0, expect.stringMatching(/^removed 41 events/)]);
  expect(await audit(['verify'])).toMatchObject({ code: 0, out: expect.stringMatching(/^1 events are as/) as string });
  await writeFile(place('anchors'), before);
  expect(await audit(['verify'])).toMatchObject({ code: 1 });
});

test.each([
  ['no command', [], /must be one of/],
  ['an unknown option', ['verify', '--all'], /--all/],
  ['no date', ['prune', '--before', 'soon'], /--before must be a date/],
  ['an export that is missing', ['verify', '--export', '/nowhere/export'], /cannot be read: ENOENT/],
  ['a cursor that is none', ['export', '--after', 'x'], /--after must be the cursor/],
])('%s is refused with exit code 2', async (_, args, message) => {
  const { code, out, err } = await audit(args);
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)]);
});
