import { Readable } from 'node:stream';
import { expect } from 'vitest';
import type OSS from 'ali-oss';
import type { LocalOss } from '@ossgrant/local-oss';

/** One operation of ali-oss: it throws when anything differs from what the cloud would have done. */
export interface ClientOperation {
  readonly name: string;
  readonly run: (client: OSS, oss: LocalOss) => Promise<void>;
}

const KEY = "dir/name with space+plus&'()*!%目录.txt";
const BODY = Buffer.from('hello world');

/** Operations with signed headers. */
export const HEADER_OPERATIONS: readonly ClientOperation[] = [
  {
    name: 'put, get',
    async run(client): Promise<void> {
      const { res } = await client.put(KEY, BODY, { mime: 'text/plain', meta: { uid: 1 } });
      expect(res.headers['x-oss-hash-crc64ecma']).toBe('5981764153023615706');
      expect((await client.get(KEY)).content).toEqual(BODY);
    },
  },
  {
    name: 'putStream (chunked), getStream',
    async run(client): Promise<void> {
      await client.putStream('stream', Readable.from([BODY, BODY]));
      const chunks: Buffer[] = [];
      for await (const chunk of (await client.getStream('stream')).stream) chunks.push(chunk as Buffer);
      expect(Buffer.concat(chunks)).toEqual(Buffer.concat([BODY, BODY]));
    },
  },
  {
    name: 'get with Range',
    async run(client): Promise<void> {
      const { content, res } = await client.get(KEY, { headers: { Range: 'bytes=0-4' } });
      expect([content.toString(), res.status, res.headers['content-range']]).toEqual(['hello', 206, 'bytes 0-4/11']);
    },
  },
  {
    name: 'head, with user meta',
    async run(client): Promise<void> {
      const { meta, res } = await client.head(KEY);
      expect([meta, res.headers['content-length']]).toEqual([{ uid: '1' }, '11']);
    },
  },
  {
    name: 'getObjectMeta',
    run: async (client) => expect((await client.getObjectMeta(KEY)).res.headers['content-length']).toBe('11'),
  },
  {
    name: 'list with prefix and delimiter',
    async run(client): Promise<void> {
      const { objects, prefixes } = await client.list({ delimiter: '/', 'max-keys': '1000' });
      expect(prefixes).toContain('dir/');
      expect(objects?.map(({ name }) => name)).toContain('stream');
      expect((await client.list({ prefix: 'dir/' })).objects?.map(({ name }) => name)).toEqual([KEY]);
    },
  },
  {
    name: 'listV2',
    async run(client): Promise<void> {
      expect((await client.listV2({ prefix: 'dir/' })).objects?.map(({ name }) => name)).toEqual([KEY]);
    },
  },
  {
    name: 'copy',
    async run(client): Promise<void> {
      expect((await client.copy('copy', KEY)).data.etag).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
      expect((await client.get('copy')).content).toEqual(BODY);
    },
  },
  {
    name: 'putMeta',
    async run(client): Promise<void> {
      await client.putMeta('copy', { uid: '2' });
      expect((await client.head('copy')).meta).toEqual({ uid: '2' });
    },
  },
  {
    name: 'multipartUpload',
    async run(client): Promise<void> {
      const big = Buffer.alloc(350_000, 'abcdefg');
      await client.multipartUpload('big', big, { partSize: 102_400, parallel: 2 });
      // Compared byte by byte, vitest would take seconds.
      expect((await client.get('big')).content.equals(big)).toBe(true);
    },
  },
  {
    name: 'initMultipartUpload, listParts, abortMultipartUpload',
    async run(client): Promise<void> {
      const { uploadId } = await client.initMultipartUpload('aborted');
      await client.listParts('aborted', uploadId);
      await client.abortMultipartUpload('aborted', uploadId);
      await expect(client.listParts('aborted', uploadId)).rejects.toMatchObject({ code: 'NoSuchUpload' });
    },
  },
  {
    name: 'putSymlink, getSymlink, get through it',
    async run(client): Promise<void> {
      await client.putSymlink('link', 'copy');
      expect((await client.getSymlink('link')).targetName).toBe('copy');
      expect((await client.get('link')).content).toEqual(BODY);
    },
  },
  {
    name: 'restore, get after a minute',
    async run(client, oss): Promise<void> {
      await client.put('archived', BODY, { headers: { 'x-oss-storage-class': 'Archive' } });
      await expect(client.get('archived')).rejects.toMatchObject({ status: 403, code: 'InvalidObjectState' });
      expect((await client.restore('archived')).res.status).toBe(202);
      oss.clock.advance(60_000);
      try {
        expect((await client.get('archived')).content).toEqual(BODY);
      } finally {
        oss.clock.advance(-60_000);
      }
    },
  },
  {
    name: 'delete; get of nothing is NoSuchKey',
    async run(client): Promise<void> {
      expect((await client.delete('copy')).res.status).toBe(204);
      await expect(client.get('copy')).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
    },
  },
];

/** Missing operations: refused with 501, never silently left undone. */
export const REFUSED_OPERATIONS: readonly ClientOperation[] = [
  { name: 'get with process', run: async (client) => void (await client.get(KEY, { process: 'image/resize,w_1' })) },
];
