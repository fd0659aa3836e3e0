import { statSync } from 'node:fs';
import { link, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import {
  downloadAll,
  type DownloadAllOptions,
  type DownloadItem,
  type ItemResult,
} from '../../src/file/download-all.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { replaceFunctions } from '../faults/faulty-disk.ts';
import { AT_ONCE, headersOf, serve, serveObject, serveWell, temporaryFolder } from '../kit.ts';

const MODIFIED = new Date('2026-02-03T04:05:06Z');

interface Objects {
  readonly items: readonly DownloadItem[];
  readonly folder: string;
  readonly asked: string[];
  readonly most: () => number;
}

const bytesOf = (name: string): Buffer => Buffer.from(`the bytes of ${name}`);

/** Objects by name, each answered in a later turn; those named "bad" are missing. */
async function serveObjects(names: readonly string[]): Promise<Objects> {
  const asked: string[] = [];
  let open = 0;
  let most = 0;
  const url = await serve(async (request, response) => {
    const name = /\/([^/?]+)\?/.exec(request.url ?? '')?.[1] ?? '';
    asked.push(name);
    open += 1;
    most = Math.max(most, open);
    await turn();
    open -= 1;
    const facts = { ...headersOf(bytesOf(name)), 'last-modified': MODIFIED.toUTCString() };
    if (name.startsWith('bad')) response.writeHead(404).end();
    else response.writeHead(200, facts).end(bytesOf(name));
  });
  const folder = await temporaryFolder();
  const items = names.map((name) => ({
    source: fromUrl(url.replace('a.bin', name)),
    path: join(folder, name),
    facts: { size: bytesOf(name).length, lastModified: MODIFIED },
  }));
  return { items, folder, asked, most: () => most };
}

const numbered = (count: number, name = 'object'): string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at}`);

async function all(items: AsyncIterable<ItemResult>): Promise<ItemResult[]> {
  const results: ItemResult[] = [];
  for await (const result of items) results.push(result);
  return results;
}

const statuses = (results: readonly ItemResult[]): string[] => results.map(({ status }) => status);

describe('many downloads', () => {
  it('get each item its file and its time, over no more connections than allowed', async () => {
    const { items, folder, most } = await serveObjects(numbered(40));
    const results = await all(downloadAll(items, { connections: 5 }));
    expect(new Set(results.map(({ item }) => item))).toEqual(new Set(items));
    expect(new Set(statuses(results))).toEqual(new Set(['completed']));
    for (const name of numbered(40)) {
      expect((await readFile(join(folder, name))).equals(bytesOf(name))).toBe(true);
      expect((await stat(join(folder, name))).mtime).toEqual(MODIFIED);
    }
    expect(await readdir(folder)).toHaveLength(40);
    expect(most()).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(5);
  });

  it.each([
    ['small', {}, undefined],
    ['without a checksum', {}, 'none'],
    ['large', { partSize: 1024 }, undefined],
  ])('give an object that is %s its time before it has its name', async (_kind, options, sum) => {
    const content = Buffer.alloc(5000, 'some ');
    const url = await serve((request, response) => {
      response.setHeader('last-modified', MODIFIED.toUTCString());
      serveWell(content, request, response, sum);
    });
    const folder = await temporaryFolder();
    const times: Date[] = [];
    replaceFunctions(['rename'], (original, args) => {
      const [from, to] = args as [string, string];
      if (to.endsWith('a.bin')) times.push(statSync(from).mtime);
      return original(...args);
    });
    const path = join(folder, 'a.bin');
    expect(statuses(await all(downloadAll([{ source: fromUrl(url), path }], options)))).toEqual(['completed']);
    expect(times).toEqual([MODIFIED]);
    expect((await stat(path)).mtime).toEqual(MODIFIED);
    await link(path, join(folder, 'other'));
    expect(statuses(await all(downloadAll([{ source: fromUrl(url), path }], options)))).toEqual(['completed']);
    expect(times).toHaveLength(1);
    expect(await stat(join(folder, 'other'))).toMatchObject({ mtime: MODIFIED, nlink: 2 });
  });

  it('are not stopped by one that fails', async () => {
    const { items } = await serveObjects(['a', 'bad', 'b']);
    const wrong = {
      ...items[0],
      path: (): never => {
        throw new Error('no such place');
      },
    } as DownloadItem;
    const results = await all(downloadAll([...items, wrong]));
    expect(results).toHaveLength(4);
    expect(statuses(results).filter((status) => status === 'completed')).toHaveLength(2);
    const failures = results.filter((result) => result.status === 'failed');
    expect(failures.find(({ path }) => path !== undefined)?.error).toMatchObject({ status: 404 });
    expect(failures.find(({ path }) => path === undefined)?.error).toMatchObject({ message: 'no such place' });
  });

  it.each(['checksum', 'time'] as const)('skip what is there and equal, by %s', async (skip) => {
    const names = numbered(4);
    const { items, folder, asked } = await serveObjects(names);
    await all(downloadAll(items));
    asked.length = 0;
    await utimes(join(folder, 'object-0'), MODIFIED, new Date());
    await writeFile(join(folder, 'object-1'), bytesOf('OBJECT-1'));
    await writeFile(join(folder, 'object-2'), 'shorter');
    const results = await all(downloadAll(items, { skip }));
    const skipped = results.filter(({ status }) => status === 'skipped').map(({ path }) => path?.split('/').at(-1));
    expect(new Set(skipped)).toEqual(new Set(['object-0', 'object-3']));
    for (const name of names) expect((await readFile(join(folder, name))).equals(bytesOf(name))).toBe(true);
    // The listing settles the size and, if that is enough, the time.
    const requests = names.map((name) => asked.filter((other) => other === name).length);
    expect(requests).toEqual(skip === 'time' ? [1, 2, 1, 0] : [1, 2, 1, 1]);
  });

  it('skip without a request what a list gives the checksum of', async () => {
    const { items, asked } = await serveObjects(['a', 'b']);
    await all(downloadAll(items));
    asked.length = 0;
    const known = items.map((item, index) => {
      const bytes = bytesOf(['a', 'b'][index] ?? '');
      return { ...item, facts: { size: bytes.length, crc64: crc64(bytes) } };
    });
    expect(statuses(await all(downloadAll(known, { skip: 'checksum' })))).toEqual(['skipped', 'skipped']);
    expect(asked).toEqual([]);
  });

  it('are divided among shards, each item to one, wherever it stands', async () => {
    const { items, folder } = await serveObjects(numbered(60));
    const files: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      const list = index % 2 === 0 ? items : [...items].reverse();
      const results = await all(downloadAll(list, { shard: { index, count: 4 } }));
      expect(results.length).toBeGreaterThan(5);
      files.push(...results.map(({ path }) => path ?? ''));
    }
    expect(files).toHaveLength(60);
    expect(await readdir(folder)).toHaveLength(60);
    expect(new Set(files).size).toBe(60);
  });

  it('end with the reason of an abort, when the running ones have ended', async () => {
    const { items } = await serveObjects(numbered(20));
    const stop = new AbortController();
    const results: ItemResult[] = [];
    const reason = new Error('enough');
    const read = async (): Promise<void> => {
      for await (const result of downloadAll(items, { signal: stop.signal, connections: 2 })) {
        results.push(result);
        if (results.length === 3) stop.abort(reason);
      }
    };
    await expect(read()).rejects.toBe(reason);
    expect(results.length).toBeLessThanOrEqual(6);
    for (const result of results.slice(3)) if (result.status === 'failed') expect(result.error).toBe(reason);
    await expect(all(downloadAll(items, { signal: stop.signal }))).rejects.toBe(reason);
  });

  it('end when the loop is left, and what is running with them', async () => {
    const { items, folder, asked } = await serveObjects(numbered(50));
    for await (const { status } of downloadAll(items, { connections: 4 })) {
      expect(status).toBe('completed');
      break;
    }
    const files = await readdir(folder);
    expect(files.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(asked.length).toBeLessThan(15);
  });

  it('wait for a reader, and take items only as they are needed', async () => {
    const { items } = await serveObjects(numbered(50));
    let taken = 0;
    async function* lazily(): AsyncGenerator<DownloadItem> {
      for (const item of items) {
        taken += 1;
        yield item;
      }
    }
    let read = 0;
    for await (const { status } of downloadAll(lazily(), { connections: 3 })) {
      expect(status).toBe('completed');
      read += 1;
      for (let turns = 0; turns < 20; turns += 1) await turn();
      expect(taken).toBeLessThanOrEqual(read + 7);
    }
    expect(read).toBe(50);
  });

  it('end with the error of their list, after those that were running', async () => {
    const { items } = await serveObjects(['a', 'b']);
    async function* broken(): AsyncGenerator<DownloadItem> {
      yield* items;
      throw new Error('the listing broke');
    }
    const results: ItemResult[] = [];
    const read = async (): Promise<void> => {
      for await (const result of downloadAll(broken())) results.push(result);
    };
    await expect(read()).rejects.toThrow('the listing broke');
    expect(statuses(results)).toEqual(['completed', 'completed']);
  });

  it('let a large object have the connections that no other needs', async () => {
    const content = Buffer.alloc(48 << 10, 'large ');
    const { url, requests } = await serveObject(content);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in'));
    const items = numbered(3).map((name) => ({ source: fromUrl(url), path: join(folder, 'in', name) }));
    const options = { connections: 2, partSize: 1024, retry: AT_ONCE };
    expect(statuses(await all(downloadAll(items, options)))).toEqual(['completed', 'completed', 'completed']);
    for (const { path } of items) expect((await readFile(path)).equals(content)).toBe(true);
    expect(requests).toHaveLength(3 * 48);
  });

  it.each([
    [{ connections: 0 }, 'connections must be a whole number from 1 to 256'],
    [{ connections: 257 }, 'connections'],
    [{ shard: { index: 2, count: 2 } }, 'shard.count'],
    [{ partSize: 0 }, 'partSize'],
    [{ skip: 'always' }, 'skip'],
    [{ jobs: 3 }, 'jobs'],
  ])('refuse options that cannot be right: %j', (options, message) => {
    expect(() => downloadAll([], options as DownloadAllOptions)).toThrow(message);
    expect(() => downloadAll(undefined as never)).toThrow('items must be an iterable of items');
  });
});
