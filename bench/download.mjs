// One object from local-oss to a file, everybody in this process: ours checks CRC-64, fsyncs and renames; the others do none of it.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fromUrl } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { startLocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import OSS from 'ali-oss';
import { request } from 'undici';
import { interleave } from './interleave.mjs';

const SIZE = Number(process.env['OSSGRANT_BYTES'] ?? 268_435_456);
const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-bench-'));
const oss = await startLocalOss();
try {
  await oss.put('bench-bucket', 'object.bin', Buffer.alloc(SIZE, 'some bytes '));
  const { endpoint, region, owner: credentials } = oss;
  const { url } = await createPresigner({ endpoint, region, bucket: 'bench-bucket', credentials }).presign({
    key: 'object.bin',
  });
  const ali = new OSS({
    endpoint,
    bucket: 'bench-bucket',
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
  });
  const target = path.join(folder, 'object.bin');
  console.log(`\nDownload of ${SIZE} bytes to a file\n`);
  await interleave(
    [
      { name: 'ossgrant downloadToFile', operations: 1, run: () => downloadToFile(fromUrl(url), target) },
      { name: 'ali-oss get', operations: 1, run: () => ali.get('object.bin', target) },
      {
        name: 'undici request + pipeline',
        operations: 1,
        run: async () => pipeline((await request(url)).body, createWriteStream(target)),
      },
    ],
    { rounds: Number(process.env['OSSGRANT_ROUNDS'] ?? 7), unit: 'MB/s', perOperation: SIZE / 1e6 },
  );
} finally {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
}
