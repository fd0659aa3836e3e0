import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Backend } from '../../src/store/backend.ts';
import { createStore } from '../../src/store/create-store.ts';
import { createDiskBackend } from '../../src/store/disk-backend.ts';
import type { Bucket } from '../../src/store/object-store.ts';

const lastModified = new Date(0);
const bytes = (): Readable => Readable.from([Buffer.from('hello')]);
let directory: string;
let beforeOpening: (bucket: Bucket) => unknown;
let bucket: Bucket;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
  const disk = createDiskBackend(directory);
  const backend: Backend = {
    ...disk,
    async extendBlob(name, blob) {
      await beforeOpening(bucket);
      return disk.extendBlob(name, blob);
    },
  };
  bucket = createStore(backend).create('a-bucket', lastModified);
  await bucket.append({ key: 'a', position: 0, body: bytes(), lastModified, facts: {} });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it.each<[string, string, (bucket: Bucket) => unknown]>([
  ['deleted', 'PositionNotEqualToLength', ({ delete: remove }) => remove('a', lastModified)],
  ['replaced', 'ObjectNotAppendable', ({ put }) => put({ key: 'a', body: bytes(), lastModified })],
])('says of an object that was %s before it could be opened: %s', async (_, code, change) => {
  beforeOpening = change;
  const appended = bucket.append({ key: 'a', position: 5, body: bytes(), lastModified, facts: {} });
  await expect(appended).rejects.toThrow(code);
  const [objects, files] = [[...bucket.list()], await readdir(join(directory, 'a-bucket', 'data'))];
  expect(files).toHaveLength(objects.length);
});

it('makes nothing of a delete marker that came while the first bytes did', async () => {
  bucket.configure({ versioning: 'Enabled' });
  async function* body(): AsyncGenerator<Buffer> {
    bucket.delete('b', lastModified);
    yield Buffer.from('hello');
  }
  const appended = bucket.append({ key: 'b', position: 0, body: body(), lastModified, facts: {} });
  await expect(appended).rejects.toThrow('ObjectNotAppendable');
  expect([bucket.get('b'), bucket.version('b')?.size]).toEqual([undefined, 0]);
});
