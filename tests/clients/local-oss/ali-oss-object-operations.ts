import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type OSS from 'ali-oss';
import type { LocalOss } from '@ossgrant/local-oss';
import type { ClientOperation } from './ali-oss-operations.ts';

const BODY = Buffer.from('hello world');

/** A bucket with versioning, and a key that no other run has. */
async function versioned(client: OSS, oss: LocalOss): Promise<string> {
  await oss.createBucket('versions-bucket');
  client.useBucket('versions-bucket');
  await client.putBucketVersioning('versions-bucket', 'Enabled');
  return `versioned-${randomUUID()}`;
}

const versionOf = (answer: { readonly res: { readonly headers: Readonly<Record<string, string>> } }): string =>
  answer.res.headers['x-oss-version-id'] ?? '';

/** Operations on objects beyond storing and reading them. */
export const OBJECT_OPERATIONS: readonly ClientOperation[] = [
  {
    name: 'append, at a position',
    async run(client): Promise<void> {
      const name = `log-${randomUUID()}`;
      const { nextAppendPosition } = await client.append(name, BODY);
      await client.append(name, BODY, { position: nextAppendPosition });
      expect((await client.get(name)).content).toEqual(Buffer.concat([BODY, BODY]));
      const refused = client.append(name, BODY, { position: '1' });
      await expect(refused).rejects.toMatchObject({ status: 409, code: 'PositionNotEqualToLength' });
    },
  },
  {
    name: 'deleteMulti, also quiet',
    async run(client): Promise<void> {
      const names = ['many/a & b', 'many/目录', 'many/c'];
      for (const name of names) await client.put(name, BODY);
      const { deleted } = await client.deleteMulti(names.slice(0, 2));
      expect(deleted.map(({ Key }) => Key)).toEqual(names.slice(0, 2));
      expect((await client.deleteMulti(names.slice(2), { quiet: true })).deleted).toEqual([]);
      expect((await client.list({ prefix: 'many/' })).objects ?? []).toEqual([]);
    },
  },
  {
    name: 'putACL, getACL',
    async run(client): Promise<void> {
      await client.put('protected', BODY);
      expect((await client.getACL('protected')).acl).toBe('default');
      await client.putACL('protected', 'public-read');
      expect((await client.getACL('protected')).acl).toBe('public-read');
    },
  },
  {
    name: 'putObjectTagging, getObjectTagging, deleteObjectTagging',
    async run(client): Promise<void> {
      await client.put('tagged', BODY, { headers: { 'x-oss-tagging': 'from=put' } });
      expect((await client.getObjectTagging('tagged')).tag).toEqual({ from: 'put' });
      await client.putObjectTagging('tagged', { a: '1', b: '2' });
      expect((await client.getObjectTagging('tagged')).tag).toEqual({ a: '1', b: '2' });
      expect((await client.head('tagged')).res.headers['x-oss-tagging-count']).toBe('2');
      await client.deleteObjectTagging('tagged');
      expect((await client.getObjectTagging('tagged')).tag).toEqual({});
    },
  },
  {
    name: 'multipartUploadCopy',
    async run(client): Promise<void> {
      const big = Buffer.alloc(350_000, 'abcdefg');
      await client.put('big-source', big);
      const source = { sourceKey: 'big-source', sourceBucketName: 'client-bucket' };
      await client.multipartUploadCopy('big-copy', source, { partSize: 102_400 });
      expect((await client.get('big-copy')).content).toEqual(big);
    },
  },
  {
    name: 'listUploads',
    async run(client): Promise<void> {
      const name = `begun-${randomUUID()}`;
      const { uploadId } = await client.initMultipartUpload(name);
      const { uploads } = await client.listUploads({ prefix: name });
      expect(uploads.map((upload) => [upload.name, upload.uploadId])).toEqual([[name, uploadId]]);
    },
  },
  {
    name: 'put, multipartUpload with callback and customValue',
    async run(client): Promise<void> {
      const bodies: string[] = [];
      const server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () => {
          bodies.push(body);
          response.end('{"status":"ok"}');
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
      try {
        const callback = { url, body: 'key=${object}&size=${size}&uid=${x:uid}', customValue: { uid: 7 } };
        expect((await client.put('called', BODY, { callback })).data).toEqual({ status: 'ok' });
        await client.multipartUpload('called-parts', Buffer.alloc(204_800), { partSize: 102_400, callback });
      } finally {
        server.close();
      }
      expect(bodies).toEqual(['key=called&size=11&uid=7', 'key=called-parts&size=204800&uid=7']);
      const dead = client.put('called', BODY, { callback: { url, body: 'a' } });
      await expect(dead).rejects.toMatchObject({ status: 203, code: 'CallbackFailed' });
    },
  },
];

/** Operations on versions. */
export const VERSION_OPERATIONS: readonly ClientOperation[] = [
  {
    name: 'putBucketVersioning, getBucketVersioning',
    async run(client, oss): Promise<void> {
      await versioned(client, oss);
      expect((await client.getBucketVersioning('versions-bucket')).versionStatus).toBe('Enabled');
      await client.putBucketVersioning('versions-bucket', 'Suspended');
      expect((await client.getBucketVersioning('versions-bucket')).versionStatus).toBe('Suspended');
    },
  },
  {
    name: 'put, get, head, copy, delete by versionId',
    async run(client, oss): Promise<void> {
      const name = await versioned(client, oss);
      const first = versionOf(await client.put(name, BODY));
      await client.put(name, Buffer.from('second'));
      expect((await client.get(name, { versionId: first })).content).toEqual(BODY);
      await client.copy(name, name, { versionId: first });
      expect((await client.get(name)).content).toEqual(BODY);
      const marker = versionOf(await client.delete(name));
      await expect(client.get(name)).rejects.toMatchObject({ status: 404, code: 'NoSuchKey' });
      await client.delete(name, { versionId: marker });
      expect((await client.get(name)).content).toEqual(BODY);
    },
  },
  {
    name: 'getACL, getObjectTagging by versionId',
    async run(client, oss): Promise<void> {
      const name = await versioned(client, oss);
      const first = versionOf(await client.put(name, BODY));
      await client.put(name, BODY);
      await client.putACL(name, 'public-read', { versionId: first });
      await client.putObjectTagging(name, { a: '1' }, { versionId: first });
      expect((await client.getACL(name, { versionId: first })).acl).toBe('public-read');
      expect((await client.getACL(name)).acl).toBe('default');
      expect((await client.getObjectTagging(name, { versionId: first })).tag).toEqual({ a: '1' });
      expect((await client.getObjectTagging(name)).tag).toEqual({});
    },
  },
  {
    name: 'getBucketVersions page by page, deleteMulti of them',
    async run(client, oss): Promise<void> {
      const prefix = await versioned(client, oss);
      for (const name of ['a', 'a', 'b']) await client.put(`${prefix}/${name}`, BODY);
      await client.delete(`${prefix}/a`);
      const all = await client.getBucketVersions({ prefix });
      expect([all.objects.length, all.deleteMarker.length, all.isTruncated]).toEqual([3, 1, false]);
      expect(all.objects.map(({ isLatest }) => isLatest)).toEqual([false, false, true]);
      const first = await client.getBucketVersions({ prefix, maxKeys: '2' });
      const rest = await client.getBucketVersions({
        prefix,
        keyMarker: first.nextKeyMarker ?? '',
        versionIdMarker: first.nextVersionIdMarker ?? '',
      });
      const ids = [...first.objects, ...rest.objects].map(({ versionId }) => versionId);
      expect(ids).toEqual(all.objects.map(({ versionId }) => versionId));
      await client.deleteMulti(ids.slice(0, 2).map((versionId) => ({ key: `${prefix}/a`, versionId })));
      expect((await client.getBucketVersions({ prefix })).objects).toHaveLength(1);
    },
  },
];
