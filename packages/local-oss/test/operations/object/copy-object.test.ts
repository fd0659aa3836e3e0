import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { copyObject } from '../../../src/operations/object/copy-object.ts';
import type { ObjectInput } from '../../../src/operations/operation.ts';
import { createBucket } from '../../../src/store/create-store.ts';
import { createMemoryBackend } from '../../../src/store/memory-backend.ts';
import { DEFAULT_SETTINGS } from '../../../src/store/object-store.ts';

it('ends the source of a copy that cannot be begun', async () => {
  const backend = createMemoryBackend();
  const make = (newBlob: typeof backend.newBlob) =>
    createBucket(
      { name: 'a-bucket', creationDate: new Date(0), settings: DEFAULT_SETTINGS, objects: [] },
      { ...backend, newBlob },
    );
  const [whole, broken] = [make(backend.newBlob), make(() => Promise.reject(new Error('disk full')))];
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('hello');
  }
  await whole.put({ key: 'from', body: body(), lastModified: new Date(0) });
  let opened: Readable | undefined;
  const source = whole.get('from');
  const read = (start: number, end: number): Readable | undefined => (opened = source?.read(start, end));
  const input = {
    request: { headers: new Map([['x-oss-copy-source', '/a-bucket/from']]) },
    context: {
      clock: { now: () => new Date(0) },
      store: { bucket: () => ({ settings: whole.settings, get: () => ({ ...source, read }) }) },
    },
    authorize: () => undefined,
    bucket: broken,
    key: 'to',
  } as unknown as ObjectInput;
  await expect(copyObject(input)).rejects.toThrow('disk full');
  expect(opened?.destroyed).toBe(true);
});
