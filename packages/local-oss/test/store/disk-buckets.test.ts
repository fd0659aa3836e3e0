import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { beginUpload, call, PATIENT, policy, type Ask } from '../kit.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function withServer<T>(run: (oss: LocalOss) => Promise<T>): Promise<T> {
  const oss = await startLocalOss({ directory });
  try {
    return await run(oss);
  } finally {
    await oss.close();
  }
}

const ask = (oss: LocalOss, options: Ask, body?: string) =>
  call(oss, { scheme: 'v4-header', bucket: 'disk-bucket', ...options }, body);

const SETTINGS = {
  cors: '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
  referer:
    '<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://a</Referer></RefererList></RefererConfiguration>',
  versioning: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  website: '<WebsiteConfiguration><ErrorDocument><Key>404.html</Key></ErrorDocument></WebsiteConfiguration>',
  policy: JSON.stringify(
    policy({ Effect: 'Deny', Action: 'oss:DeleteObject', Resource: 'acs:oss:*:*:disk-bucket/*', Principal: ['*'] }),
  ),
};

it('keeps every setting of a bucket through a restart', async () => {
  const names = [...Object.keys(SETTINGS), 'acl', 'bucketInfo'];
  const all = (oss: LocalOss): Promise<readonly string[]> =>
    Promise.all(names.map(async (name) => (await ask(oss, { query: { [name]: null } })).text));
  const before = await withServer(async (oss) => {
    const body = '<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>';
    await ask(oss, { method: 'PUT', headers: { 'x-oss-acl': 'public-read' } }, body);
    for (const [name, xml] of Object.entries(SETTINGS)) {
      expect((await ask(oss, { method: 'PUT', query: { [name]: null } }, xml)).status).toBe(200);
    }
    return all(oss);
  });
  expect(before.every((text) => !text.includes('<Error>'))).toBe(true);
  await withServer(async (oss) => {
    expect(await all(oss)).toEqual(before);
    expect((await ask(oss, { method: 'DELETE', key: 'a' })).ec).toBe('0003-00000101');
    await ask(oss, { method: 'DELETE', query: { policy: null } });
  });
  await withServer(async (oss) => {
    expect((await ask(oss, { query: { policy: null } })).code).toBe('NoSuchBucketPolicy');
    expect((await ask(oss, { method: 'DELETE', key: 'a' })).status).toBe(204);
  });
});

it('reads what was written before there were versions and most settings', async () => {
  await withServer((oss) => oss.put('disk-bucket', 'a', 'kept'));
  const rewrite = async (path: string, change: (record: Record<string, unknown>) => object): Promise<void> => {
    const record = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify(change(record)));
  };
  const folder = join(directory, 'disk-bucket');
  await rewrite(join(folder, 'bucket.json'), (record) => ({ ...record, settings: { acl: 'private' } }));
  const [file = ''] = await readdir(join(folder, 'meta'));
  await rewrite(join(folder, 'meta', file), ({ versionId: _id, sequence: _sequence, ...record }) => record);
  await withServer(async (oss) => {
    await ask(oss, { method: 'PUT', query: { versioning: null } }, SETTINGS.versioning.replace('Suspended', 'Enabled'));
    await ask(oss, { method: 'PUT', key: 'a' }, 'newer');
    const read = (query: Ask['query'] & object) => ask(oss, { key: 'a', query });
    expect([(await read({})).text, (await read({ versionId: 'null' })).text]).toEqual(['newer', 'kept']);
    expect((await ask(oss, { query: { bucketInfo: null } })).text).toContain('<StorageClass>Standard</StorageClass>');
  });
});

it('leaves nothing of a bucket that was deleted', async () => {
  await withServer(async (oss) => {
    await oss.put('disk-bucket', 'a', 'x');
    await ask(oss, { method: 'DELETE', key: 'a' });
    expect((await ask(oss, { method: 'DELETE' })).status).toBe(204);
    expect(await readdir(directory)).toEqual([]);
  });
  await withServer(async (oss) => expect((await ask(oss, { key: 'a' })).code).toBe('NoSuchBucket'));
});

it('refuses an upload that was still arriving when its bucket was deleted', async () => {
  await withServer(async (oss) => {
    await oss.createBucket('disk-bucket');
    const upload = beginUpload(oss, { bucket: 'disk-bucket', key: 'late' }, 2);
    const status = new Promise((resolve) => upload.on('response', (response) => resolve(response.statusCode)));
    const data = join(directory, 'disk-bucket', 'data');
    await vi.waitFor(async () => expect(await readdir(data)).toHaveLength(1), PATIENT);
    expect((await ask(oss, { method: 'DELETE' })).status).toBe(204);
    await oss.createBucket('disk-bucket');
    upload.end('y');
    expect(await status).toBe(404);
    expect((await ask(oss, { key: 'late' })).code).toBe('NoSuchKey');
  });
  await withServer(async (oss) => expect((await ask(oss, { key: 'late' })).code).toBe('NoSuchKey'));
});
