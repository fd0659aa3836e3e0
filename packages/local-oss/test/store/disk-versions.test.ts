import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { beginUpload, call, PATIENT, type Answer, type Ask } from '../kit.ts';

let directory: string;
let oss: LocalOss;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
  oss = await startLocalOss({ directory });
  await oss.createBucket('disk-bucket');
});
afterEach(async () => {
  await oss.close();
  await rm(directory, { recursive: true, force: true });
});

const data = (): string => join(directory, 'disk-bucket', 'data');
const restart = async (): Promise<void> => {
  await oss.close();
  oss = await startLocalOss({ directory });
};
const ask = (extra: Partial<Ask> = {}, body?: string): Promise<Answer> =>
  call(oss, { bucket: 'disk-bucket', key: 'a', scheme: 'v4-header', ...extra }, body);
const append = (position: number, body: string): Promise<Answer> =>
  ask({ method: 'POST', query: { append: null, position: String(position) } }, body);
const setVersioning = (status: string): Promise<Answer> =>
  call(
    oss,
    { method: 'PUT', bucket: 'disk-bucket', query: { versioning: null }, scheme: 'v4-header' },
    `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  );

it('keeps versions, delete markers, their order, tags and ACLs through a restart', async () => {
  await ask({ method: 'PUT' }, 'before');
  await setVersioning('Enabled');
  const second = (await ask({ method: 'PUT', headers: { 'x-oss-tagging': 'k=v' } }, 'second')).headers;
  const marker = (await ask({ method: 'DELETE' })).headers['x-oss-version-id'];
  await ask({ method: 'PUT', key: 'b' }, 'b');
  await ask({ method: 'PUT', key: 'b', query: { acl: null }, headers: { 'x-oss-object-acl': 'public-read' } });
  const list = async (): Promise<string> =>
    (await call(oss, { bucket: 'disk-bucket', query: { versions: null }, scheme: 'v4-header' })).text;
  const before = await list();
  await restart();
  expect(await list()).toBe(before);
  expect((await ask()).headers).toMatchObject({ 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker });
  const versionId = String(second['x-oss-version-id']);
  const read = await ask({ query: { versionId } });
  expect([read.text, read.headers['x-oss-tagging-count']]).toEqual(['second', '1']);
  expect((await ask({ query: { versionId: 'null' } })).text).toBe('before');
  expect((await fetch(`${oss.endpoint}/disk-bucket/b`)).status).toBe(200);
  // Versions after the restart are newer than all before it.
  await ask({ method: 'PUT' }, 'third');
  expect((await ask()).text).toBe('third');
  // The current version is gone: the marker before it is what counts.
  const third = String((await ask({ method: 'HEAD' })).headers['x-oss-version-id']);
  await ask({ method: 'DELETE', query: { versionId: third } });
  await restart();
  expect((await ask()).headers['x-oss-version-id']).toBe(marker);
});

it('has one file for each version that has bytes, and none for a marker', async () => {
  await setVersioning('Suspended');
  for (const body of ['1', '2', '3']) await ask({ method: 'PUT' }, body);
  expect(await readdir(data())).toHaveLength(1);
  await setVersioning('Enabled');
  for (const body of ['4', '5']) await ask({ method: 'PUT' }, body);
  expect(await readdir(data())).toHaveLength(3);
  await setVersioning('Suspended');
  // A marker called `null` takes the place of the version of that name.
  await ask({ method: 'DELETE' });
  expect(await readdir(data())).toHaveLength(2);
  await restart();
  expect(await readdir(data())).toHaveLength(2);
});

it('writes nothing outside its folder, whatever version is named', async () => {
  await setVersioning('Enabled');
  await ask({ method: 'PUT' }, 'x');
  for (const versionId of ['../../../evil', '/etc/passwd', '..', 'null.json']) {
    expect((await ask({ query: { versionId } })).code).toBe('NoSuchVersion');
    expect((await ask({ method: 'DELETE', query: { versionId } })).status).toBe(204);
    const acl = { query: { acl: null, versionId }, headers: { 'x-oss-object-acl': 'private' } };
    expect((await ask({ method: 'PUT', ...acl })).code).toBe('NoSuchVersion');
  }
  expect(await readdir(directory)).toEqual(['disk-bucket']);
  expect((await ask()).text).toBe('x');
});

it('drops at the start what an append wrote that was never acknowledged', async () => {
  await append(0, 'hello');
  const [name = ''] = await readdir(data());
  await oss.close();
  // As a server leaves it that is killed between the bytes and the description.
  await appendFile(join(data(), name), ' lost');
  oss = await startLocalOss({ directory });
  expect((await ask()).text).toBe('hello');
  expect((await stat(join(data(), name))).size).toBe(5);
  expect((await append(5, ' world')).headers['x-oss-hash-crc64ecma']).toBe('5981764153023615706');
  await restart();
  expect((await ask()).text).toBe('hello world');
});

it('leaves an object as it was when an append to it breaks off', async () => {
  await append(0, 'hello');
  const path = join(data(), (await readdir(data()))[0] ?? '');
  const query = { append: null, position: '5' };
  const broken = beginUpload(oss, { method: 'POST', bucket: 'disk-bucket', key: 'a', query }, 1000);
  await vi.waitFor(async () => expect((await stat(path)).size).toBe(6), PATIENT);
  expect((await ask()).text).toBe('hello');
  broken.destroy();
  await vi.waitFor(async () => expect((await stat(path)).size).toBe(5), PATIENT);
  expect((await append(5, ' world')).status).toBe(200);
  expect((await ask()).text).toBe('hello world');
});

it('gives up an append whose object was replaced while the bytes came', async () => {
  await append(0, 'hello');
  const path = join(data(), (await readdir(data()))[0] ?? '');
  const query = { append: null, position: '5' };
  const late = beginUpload(oss, { method: 'POST', bucket: 'disk-bucket', key: 'a', query }, 2);
  const status = new Promise((resolve) => late.on('response', (response) => resolve(response.statusCode)));
  await vi.waitFor(async () => expect((await stat(path)).size).toBe(6), PATIENT);
  await ask({ method: 'PUT' }, 'replaced');
  late.end('x');
  expect(await status).toBe(409);
  expect((await ask()).text).toBe('replaced');
  expect(await readdir(data())).toHaveLength(1);
});
