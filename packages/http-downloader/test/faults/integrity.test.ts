import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../../src/file-name.ts';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { openDownload } from '../../src/open-download.ts';
import { ETAG, serveObject, serveWell, temporaryFolder } from '../kit.ts';
import {
  answer,
  asked,
  BYTES,
  forged,
  from,
  linkTo,
  only,
  PART,
  PARTS,
  expectRefusal,
  expectFile,
  target,
} from './outcome.ts';

const SUM = String(crc64(BYTES));
const one = { connections: 1 };

describe('a download whose bytes are wrong', () => {
  it.each([
    ['in parts', PART, 3, 2 * PARTS],
    ['whole', 1 << 20, 1, 2],
  ])('finds a single flipped bit and fetches once more, %s [fault 53]', async (_, partSize, count, requests) => {
    const flipped = Buffer.from(BYTES);
    flipped[250_000] = (flipped[250_000] ?? 0) ^ 0b100;
    const once = await serveObject(BYTES, only(count, forged(flipped, SUM)));
    expect(await expectFile(once.url, { ...one, partSize })).toMatchObject({ attempts: requests });
    const always = await serveObject(BYTES, forged(flipped, SUM));
    await expectRefusal(always.url, { code: 'CHECKSUM_MISMATCH' }, { ...one, partSize });
    expect(always.requests).toHaveLength(requests);
  });

  it.each([PART, 1 << 20])('says so when the server sends no checksum, by parts of %i [fault 54]', async (partSize) => {
    const { url } = await serveObject(BYTES, (request, response) => {
      const { start, length } = asked(request.headers.range);
      const last = Math.min(start + length, BYTES.length) - 1;
      response.writeHead(206, {
        etag: ETAG,
        'content-length': last + 1 - start,
        'content-range': `bytes ${start}-${last}/${BYTES.length}`,
      });
      response.end(BYTES.subarray(start, last + 1));
      return true;
    });
    expect(await expectFile(url, { partSize })).toMatchObject({ verified: 'none', crc64: crc64(BYTES) });
  });

  it('fetches everything once more when an earlier part agrees with its checkpoint but not with the object [fault 55]', async () => {
    const path = await target();
    await expectRefusal((await serveObject(BYTES, from(3, answer(404)))).url, { status: 404 }, { ...one, path });
    const [partFile, checkpoint] = [`${path}.ossgrant-part`, `${path}.ossgrant-part.json`];
    const bytes = (await readFile(partFile)).fill('altered', 10, 20);
    await writeFile(partFile, bytes);
    const left = JSON.parse(await readFile(checkpoint, 'utf8')) as { segments: [number, number, string][] };
    expect(left.segments.length).toBeGreaterThan(0);
    const segments = left.segments.map(([start, end]) => [start, end, String(crc64(bytes.subarray(start, end)))]);
    await writeFile(checkpoint, JSON.stringify({ ...left, segments }));
    const { url, requests } = await serveObject(BYTES);
    const result = await expectFile(url, { path });
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect(requests.length).toBeGreaterThan(PARTS);
  });
});

describe('a download whose name is hostile', () => {
  it.each([
    '../../up.bin',
    '/etc/absolute.bin',
    'nul\0byte.bin',
    'C:\\drive.bin',
    'COM1.bin',
    `${'long'.repeat(100)}.bin`,
    '报告\u202enib.exe',
    '..',
    '',
  ])('stays in its folder under a name that every system takes: %j [fault 56]', async (key) => {
    const folder = join(await temporaryFolder(), 'downloads');
    await mkdir(folder);
    const { url } = await serveObject(BYTES, (request, response) => {
      response.setHeader('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(key)}`);
      serveWell(BYTES, request, response);
      return true;
    });
    const { info, body } = await openDownload(linkTo(url));
    await body.cancel();
    const hints = info.contentDisposition === undefined ? {} : { contentDisposition: info.contentDisposition };
    for (const name of [safeFileName({ key }), safeFileName(hints)]) {
      await downloadToFile(linkTo(url), join(folder, name));
      expect((await readFile(join(folder, name))).equals(BYTES)).toBe(true);
      expect(await readdir(folder)).toContain(name);
      expect(name).not.toMatch(/^(com1|nul)\b|[<>:"/\\|?*\0-\x1f]|[. ]$/i);
    }
    expect(await readdir(join(folder, '..'))).toEqual(['downloads']);
  });
});
