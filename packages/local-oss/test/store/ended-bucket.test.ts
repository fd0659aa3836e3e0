import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStore } from '../../src/store/create-store.ts';
import { createDiskBackend } from '../../src/store/disk-backend.ts';
import type { Bucket, ObjectStore } from '../../src/store/object-store.ts';

const lastModified = new Date(0);
let directory: string;
let store: ObjectStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
  store = createStore(createDiskBackend(directory));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function* bytes(): AsyncGenerator<Buffer> {
  yield Buffer.from('hello');
}

// Requests whose bodies arrive after their bucket was deleted.
const LATE: readonly (readonly [string, (bucket: Bucket) => unknown])[] = [
  ['a setting', (bucket) => bucket.configure({ acl: 'public-read' })],
  ['the removal of a policy', (bucket) => bucket.dropPolicy()],
  ['a delete marker', (bucket) => bucket.delete('a', lastModified)],
  ['an object', (bucket) => bucket.put({ key: 'a', body: bytes(), lastModified })],
  ['an append', (bucket) => bucket.append({ key: 'a', position: 0, body: bytes(), lastModified, facts: {} })],
];

it.each(LATE)('refuses %s for a bucket that was deleted, and leaves another of its name alone', async (_, change) => {
  const late = async (bucket: Bucket): Promise<unknown> => change(bucket);
  const bucket = store.create('a-bucket', lastModified);
  bucket.configure({ versioning: 'Enabled' });
  store.remove('a-bucket');
  await expect(late(bucket)).rejects.toThrow('NoSuchBucket');
  expect(await readdir(directory)).toEqual([]);
  store.create('a-bucket', lastModified);
  await expect(late(bucket)).rejects.toThrow('NoSuchBucket');
  const [again, ...others] = createStore(createDiskBackend(directory)).list();
  expect([others, [...(again?.listVersions() ?? [])], again?.settings.acl]).toEqual([[], [], 'private']);
  expect(again?.settings).not.toHaveProperty('versioning');
});

it('refuses a part whose upload was aborted, and whose bucket was deleted, while it came', async () => {
  const bucket = store.create('a-bucket', lastModified);
  const id = bucket.uploads.begin('a', {}, lastModified);
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('hello');
    bucket.uploads.abort(id);
    store.remove('a-bucket');
  }
  await expect(bucket.uploads.put(id, 1, { body: body(), lastModified })).rejects.toThrow('NoSuchBucket');
  expect(await readdir(directory)).toEqual([]);
});
