import { expect, it } from 'vitest';
import { createMemoryBackend } from '../../src/store/memory-backend.ts';
import type { NewObject, ObjectVersion } from '../../src/store/object-store.ts';
import { receive } from '../../src/store/receive.ts';
import { createUploads } from '../../src/store/uploads.ts';

const newBlob = () => createMemoryBackend().newBlob('a-bucket');
const lastModified = new Date(0);
async function* bytes(): AsyncGenerator<Buffer> {
  yield Buffer.from('hello');
}

async function begun(put: (object: NewObject) => Promise<ObjectVersion>) {
  const uploads = createUploads({ take: (incoming) => receive(incoming, newBlob), put });
  const id = uploads.begin('key', {}, lastModified);
  await uploads.put(id, 1, { body: bytes(), lastModified });
  return { uploads, id };
}

it('has no such upload for anybody else while it is being completed', async () => {
  let finish: (info: ObjectVersion) => void = () => undefined;
  const gate = new Promise<ObjectVersion>((resolve) => {
    finish = resolve;
  });
  const { uploads, id } = await begun(() => gate);
  const completed = uploads.complete(id, { numbers: [1], lastModified });
  expect(uploads.keyOf(id)).toBeUndefined();
  await expect(uploads.put(id, 1, { body: bytes(), lastModified })).rejects.toThrow('NoSuchUpload');
  await expect(uploads.complete(id, { numbers: [1], lastModified })).rejects.toThrow('NoSuchUpload');
  uploads.abort(id);
  finish({ key: 'key' } as ObjectVersion);
  expect(await completed).toEqual({ key: 'key' });
});

it('has the upload again, with its parts, when completing it has failed', async () => {
  const { uploads, id } = await begun(() => Promise.reject(new Error('disk full')));
  await expect(uploads.complete(id, { numbers: [1], lastModified })).rejects.toThrow('disk full');
  expect(uploads.parts(id)).toMatchObject([{ number: 1, size: 5 }]);
});

it('puts a limit on what one request brings, and none on what parts make together', async () => {
  await expect(receive({ body: bytes(), maxBytes: 4 }, newBlob)).rejects.toThrow('EntityTooLarge');
  await expect(receive({ body: bytes(), length: 5, maxBytes: 4 }, newBlob)).rejects.toThrow('EntityTooLarge');
  let limit: number | undefined = 0;
  const { uploads, id } = await begun(async (object) => {
    limit = object.maxBytes;
    return { key: 'key' } as ObjectVersion;
  });
  await uploads.complete(id, { numbers: [1], lastModified });
  expect(limit).toBeUndefined();
});
