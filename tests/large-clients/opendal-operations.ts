import type { Operator } from 'opendal';
import { expect } from 'vitest';

/** One operation of opendal: it throws when anything differs from what the cloud would have done. */
export interface OpendalOperation {
  readonly name: string;
  readonly run: (operator: Operator) => Promise<void>;
}

export const KEY = "dir/name with space+plus&'()*!%目录😀.txt";

const read = async (operator: Operator, key: string): Promise<string> => (await operator.read(key)).toString();

export const OPERATIONS: readonly OpendalOperation[] = [
  {
    name: 'write, with content type and user meta',
    async run(operator): Promise<void> {
      await operator.write(KEY, 'hello world', { contentType: 'text/x', userMetadata: { uid: '1' } });
    },
  },
  {
    name: 'read',
    run: async (operator) => expect(await read(operator, KEY)).toBe('hello world'),
  },
  {
    name: 'read a range',
    async run(operator): Promise<void> {
      expect((await operator.read(KEY, { offset: 6n, size: 3n })).toString()).toBe('wor');
    },
  },
  {
    name: 'stat',
    async run(operator): Promise<void> {
      const { contentLength, contentType, userMetadata, etag } = await operator.stat(KEY);
      expect([contentLength, contentType, userMetadata]).toEqual([11n, 'text/x', { uid: '1' }]);
      expect(etag).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
    },
  },
  {
    name: 'read with ifMatch',
    async run(operator): Promise<void> {
      const { etag } = await operator.stat(KEY);
      expect((await operator.read(KEY, { ifMatch: etag ?? '' })).toString()).toBe('hello world');
      await expect(operator.read(KEY, { ifMatch: '"other"' })).rejects.toThrow('ConditionNotMatch');
    },
  },
  {
    name: 'write with ifNotExists',
    async run(operator): Promise<void> {
      await expect(operator.write(KEY, 'other', { ifNotExists: true })).rejects.toThrow('FileAlreadyExists');
    },
  },
  {
    name: 'list a folder',
    run: async (operator) => expect((await operator.list('dir/')).map((entry) => entry.path())).toEqual([KEY]),
  },
  {
    name: 'list all, page by page',
    async run(operator): Promise<void> {
      await Promise.all(Array.from({ length: 5 }, (_, index) => operator.write(`pages/${index}`, '')));
      const entries = await operator.list('pages/', { recursive: true, limit: 2 });
      expect(entries.map((entry) => entry.path())).toEqual([0, 1, 2, 3, 4].map((index) => `pages/${index}`));
    },
  },
  {
    name: 'createDir',
    async run(operator): Promise<void> {
      await operator.createDir('made/');
      expect((await operator.stat('made/')).isDirectory()).toBe(true);
    },
  },
  {
    name: 'copy',
    async run(operator): Promise<void> {
      await operator.copy(KEY, 'copied');
      expect(await read(operator, 'copied')).toBe('hello world');
    },
  },
  {
    name: 'write in parts, read in parts',
    async run(operator): Promise<void> {
      const writer = await operator.writer('big', { chunk: 1_048_576n, concurrent: 2 });
      const pieces = ['a', 'b', 'c', 'd', 'e'].map((letter) => Buffer.alloc(700_000, letter));
      for (const piece of pieces) await writer.write(piece);
      await writer.close();
      const whole = await operator.read('big', { chunk: 1_000_000, concurrent: 4 });
      expect(whole.equals(Buffer.concat(pieces))).toBe(true);
    },
  },
  {
    name: 'delete',
    async run(operator): Promise<void> {
      await operator.delete('copied');
      expect(await operator.exists('copied')).toBe(false);
    },
  },
  {
    name: 'append',
    async run(operator): Promise<void> {
      await operator.delete('appended');
      await operator.write('appended', 'hello ', { append: true });
      await operator.write('appended', 'world', { append: true });
      expect(await read(operator, 'appended')).toBe('hello world');
    },
  },
  {
    name: 'remove several',
    async run(operator): Promise<void> {
      await operator.remove(['pages/0', 'pages/1']);
      expect(await operator.exists('pages/1')).toBe(false);
    },
  },
  {
    name: 'removeAll under a prefix',
    async run(operator): Promise<void> {
      await operator.removeAll('pages/');
      expect(await operator.list('pages/')).toEqual([]);
    },
  },
];
