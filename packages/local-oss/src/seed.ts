import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { assertBucketName, assertKey } from './http/address.ts';
import type { Bucket, ObjectStore } from './store/object-store.ts';

/** Bucket for files that lie in the seed folder itself. */
export const SEED_BUCKET = 'local-oss';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/**
 * Fills a store from a folder: each folder in it is a bucket, what lies below is its objects; loose files go to the
 * bucket `local-oss`. Symbolic links are left out, so nothing outside the folder gets in.
 *
 * @throws Refusal for a name that is not valid for a bucket or key
 */
export async function seed(store: ObjectStore, folder: string, now: Date): Promise<void> {
  for (const entry of await entries(folder)) {
    const name = entry.isDirectory() ? entry.name : SEED_BUCKET;
    assertBucketName(name);
    const bucket = store.create(name, now);
    if (entry.isDirectory()) await seedFolder(bucket, join(folder, entry.name), '', now);
    else await seedFile(bucket, join(folder, entry.name), entry.name, now);
  }
}

async function seedFolder(bucket: Bucket, folder: string, prefix: string, now: Date): Promise<void> {
  for (const entry of await entries(folder)) {
    const [path, key] = [join(folder, entry.name), prefix + entry.name];
    if (entry.isDirectory()) await seedFolder(bucket, path, `${key}/`, now);
    else await seedFile(bucket, path, key, now);
  }
}

async function seedFile(bucket: Bucket, path: string, key: string, now: Date): Promise<void> {
  assertKey(key);
  const { size } = await stat(path);
  const type = TYPES[extname(key).toLowerCase()] ?? 'application/octet-stream';
  const headers = new Map([['content-type', type]]);
  await bucket.put({ key, headers, body: createReadStream(path), length: size, lastModified: now });
}

async function entries(folder: string): Promise<readonly Dirent[]> {
  const all = await readdir(folder, { withFileTypes: true });
  return all.filter((entry) => entry.isDirectory() || entry.isFile());
}
