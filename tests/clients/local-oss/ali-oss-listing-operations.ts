import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ClientOperation } from './ali-oss-operations.ts';

const BODY = Buffer.from('hello world');
// The base64 of a token for the last but one has `+`.
const NAMES = ['a', 'b & c', 'd', '\uffee', '😀'];

/** Asks for page after page, until there is no next one. */
async function pages<T>(
  page: (marker: string | undefined) => Promise<{ readonly found: readonly T[]; readonly next?: string | null }>,
): Promise<readonly (readonly T[])[]> {
  const all: (readonly T[])[] = [];
  let marker: string | undefined;
  do {
    const { found, next } = await page(marker);
    all.push(found);
    marker = next ?? undefined;
  } while (marker !== undefined && all.length < 10);
  return all;
}

/** Listings that have more than one page. */
export const LISTING_OPERATIONS: readonly ClientOperation[] = [
  {
    name: 'list, listV2 page by page',
    async run(client): Promise<void> {
      const prefix = `${randomUUID()}/`;
      const names = NAMES.map((name) => prefix + name);
      for (const name of names) await client.put(name, BODY);
      const query = { prefix, 'max-keys': '2' };
      const ofList = await pages(async (marker) => {
        const { objects, nextMarker } = await client.list({ ...query, ...(marker === undefined ? {} : { marker }) });
        return { found: objects ?? [], next: nextMarker ?? null };
      });
      const ofListV2 = await pages(async (token) => {
        const more = token === undefined ? {} : { 'continuation-token': token };
        const { objects, nextContinuationToken } = await client.listV2({ ...query, ...more });
        return { found: objects ?? [], next: nextContinuationToken ?? null };
      });
      for (const listed of [ofList, ofListV2]) {
        expect(listed.map(({ length }) => length)).toEqual([2, 2, 1]);
        expect(listed.flat().map(({ name }) => name)).toEqual(names);
      }
    },
  },
  {
    name: 'listUploads, listParts page by page',
    async run(client): Promise<void> {
      const prefix = `${randomUUID()}/`;
      const begun = await Promise.all(NAMES.map((name) => client.initMultipartUpload(prefix + name)));
      const uploads = await pages(async (marker) => {
        const [key, id] = marker?.split('\n') ?? [];
        const more = key === undefined ? {} : { 'key-marker': key, 'upload-id-marker': id ?? '' };
        const page = await client.listUploads({ prefix, 'max-uploads': '2', ...more });
        return {
          found: page.uploads,
          next: page.isTruncated ? `${page.nextKeyMarker}\n${page.nextUploadIdMarker}` : null,
        };
      });
      expect(uploads.map(({ length }) => length)).toEqual([2, 2, 1]);
      expect(uploads.flat().map(({ name }) => name)).toEqual(NAMES.map((name) => prefix + name));

      const [name, uploadId] = [`${prefix}a`, begun[0]?.uploadId ?? ''];
      for (const number of [1, 2, 5]) await client.uploadPart(name, uploadId, number, BODY, 0, BODY.length);
      const parts = await pages(async (marker) => {
        const more = marker === undefined ? {} : { 'part-number-marker': marker };
        const page = await client.listParts(name, uploadId, { 'max-parts': '2', ...more });
        // ali-oss gives a single part without a list.
        return { found: [page.parts].flat(), next: page.isTruncated === 'true' ? page.nextPartNumberMarker : null };
      });
      expect(parts.map((page) => page.map(({ PartNumber }) => PartNumber))).toEqual([['1', '2'], ['5']]);
      await Promise.all(
        begun.map((upload, index) => client.abortMultipartUpload(prefix + NAMES[index], upload.uploadId)),
      );
    },
  },
];
