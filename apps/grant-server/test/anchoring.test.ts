import { generateKeyPairSync } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AuditHead } from '@ossgrant/grant-handler';
import { createAnchorSigner, readAnchors } from '@ossgrant/grant-handler/audit';
import { startLocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anchorTarget, appendLine } from '../src/anchor-targets.ts';
import { startAnchoring } from '../src/anchoring.ts';
import { readAudit } from '../src/audit-configuration.ts';

const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const NOW = Date.parse('2027-01-01T00:00:00Z');

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'grant-anchors-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

function head(seq: number): AuditHead {
  return { shard: 7, seq, hash: 'ab'.repeat(32) };
}

async function start(keep: (line: string) => Promise<void>) {
  const state = { seq: 1, now: NOW, errors: 0, anchored: [] as number[], lines: [] as string[] };
  const anchoring = startAnchoring({
    store: { heads: async () => [head(state.seq)] },
    signer: await createAnchorSigner(KEY),
    keep: async (line) => {
      await keep(line);
      state.lines.push(line);
    },
    log: { error: () => void (state.errors += 1) },
    onAnchored: (at) => void state.anchored.push(at.getTime() - NOW),
    now: () => state.now,
  });
  return { state, anchoring };
}

test('heads are signed at the start, when they change, each hour, and at the end', async () => {
  const { state, anchoring } = await start(async () => {});
  await anchoring.anchor();
  expect(state.lines).toHaveLength(1);
  state.seq = 2;
  state.now += 60_000;
  await anchoring.anchor();
  state.now += 3_599_999;
  await anchoring.anchor();
  expect(state.lines).toHaveLength(2);
  state.now += 1;
  await anchoring.anchor();
  state.seq = 3;
  await anchoring.close();
  const { anchors } = await readAnchors(state.lines, KEY);
  expect(anchors.map(({ at, heads }) => [at.getTime() - NOW, heads[0]?.seq])).toEqual([
    [0, 1],
    [60_000, 2],
    [3_660_000, 2],
    [3_660_000, 3],
  ]);
  expect(state.anchored.at(-1)).toBe(3_660_000);
});

test('an anchor that could not be kept is logged, and comes again with the next call', async () => {
  let works = false;
  const { state, anchoring } = await start(async () => {
    if (!works) throw new Error('the disk is full');
  });
  await anchoring.anchor();
  expect([state.errors, state.anchored]).toEqual([2, []]);
  works = true;
  await anchoring.close();
  expect([state.lines.length, state.anchored]).toEqual([1, [0]]);
});

describe('a file of anchors', () => {
  test('is readable by its owner only, and lines are appended', async () => {
    const file = path.join(folder, 'anchors');
    await appendLine(file, 'one');
    await appendLine(file, 'two');
    expect(await readFile(file, 'utf8')).toBe('one\ntwo\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('that a crash left in the middle of a line takes the next anchor on a line of its own', async () => {
    const file = path.join(folder, 'anchors');
    const signer = await createAnchorSigner(KEY);
    const line = await signer.sign([head(1)], NOW);
    await appendFile(file, line.slice(0, 100));
    await appendLine(file, line);
    const read = await readAnchors((await readFile(file, 'utf8')).split('\n'), signer.publicKey);
    expect([read.torn, read.anchors.length]).toEqual([1, 1]);
  });
});

test('anchors become objects of their own, by signed URLs that cannot replace one', async () => {
  const oss = await startLocalOss();
  try {
    await oss.put('audit-bucket', 'x', 'x');
    const { endpoint, region, owner } = oss;
    const presigner = createPresigner({ endpoint, region, addressing: 'path', credentials: owner });
    const keep = anchorTarget({ to: 'objects', bucket: 'audit-bucket', prefix: 'anchors/' }, presigner);
    const line = await (await createAnchorSigner(KEY)).sign([head(1)], NOW);
    await keep(line, new Date(NOW));
    const [put] = oss.journal.entries().slice(-1);
    expect([put?.method, put?.status, put?.key]).toEqual([
      'PUT',
      200,
      expect.stringMatching(/^anchors\/2027-01-01T00-00-00\.000Z-[0-9a-f]{8}\.jws$/),
    ]);
    const missing = anchorTarget({ to: 'objects', bucket: 'missing-bucket', prefix: '' }, presigner);
    await expect(missing(line, new Date(NOW))).rejects.toThrow(/404.*missing-bucket/);
  } finally {
    await oss.close();
  }
});

test.each([
  ['a file', '/var/lib/anchors', { to: 'file', file: '/var/lib/anchors' }],
  ['stdout', 'stdout', { to: 'stdout' }],
  ['objects', 'oss://audit-bucket/anchors/', { to: 'objects', bucket: 'audit-bucket', prefix: 'anchors/' }],
  ['objects of a whole bucket', 'oss://audit-bucket/', { to: 'objects', bucket: 'audit-bucket', prefix: '' }],
])('anchors go to %s', (_, place, target) => {
  expect(readAudit({ GRANT_AUDIT_KEY: KEY, GRANT_AUDIT_ANCHORS: place })).toEqual({
    audit: { key: KEY, target },
    wrong: [],
  });
});

test.each([
  ['a place without a key', { GRANT_AUDIT_ANCHORS: 'stdout' }],
  ['a key without a place', { GRANT_AUDIT_KEY: KEY }],
  ['an object without a folder', { GRANT_AUDIT_KEY: KEY, GRANT_AUDIT_ANCHORS: 'oss://audit-bucket/anchors' }],
  ['another scheme', { GRANT_AUDIT_KEY: KEY, GRANT_AUDIT_ANCHORS: 'https://audit.example.com/' }],
  ['a key that cannot be read', { GRANT_AUDIT_KEY_FILE: '/nowhere/key', GRANT_AUDIT_ANCHORS: 'stdout' }],
])('%s is refused', (_, given) => {
  const { audit, wrong } = readAudit(given);
  expect([audit, wrong.length, wrong.join('').includes('PRIVATE')]).toEqual([undefined, 1, false]);
});
