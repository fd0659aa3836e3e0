import { join } from 'node:path';
import { expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { failing, replaceFunctions } from '../faults/faulty-disk.ts';
import { ETAG, serveObject, temporaryFolder } from '../kit.ts';

it('an object with parts larger than the first request asks for goes on after it, which does not fail it', async () => {
  // This machine need not have the room.
  replaceFunctions(['statfs'], failing('ENOSYS'));
  const size = 40 * 2 ** 30;
  const { url, requests } = await serveObject(Buffer.alloc(0), (_, response, count) => {
    if (count > 1) response.writeHead(404).end();
    else {
      const range = `bytes 0-${(8 << 20) - 1}/${size}`;
      response.writeHead(206, { etag: ETAG, 'content-length': 8 << 20, 'content-range': range });
      response.end(Buffer.alloc(8 << 20));
    }
    return true;
  });
  const options = { connections: 1, resume: false, retry: { maxFailures: 0 } };
  const failure = downloadToFile(fromUrl(url), join(await temporaryFolder(), 'a'), options);
  await expect(failure).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 404 });
  expect(requests.map(({ range }) => range)).toEqual(['bytes=0-8388607', 'bytes=8388608-19922943']);
});
