// CRC-64 over 64 KiB chunks, beside Node's own CRC-32 for scale.
import zlib from 'node:zlib';
import { createCrc64 } from '@ossgrant/crc64';
import { interleave } from './interleave.mjs';

const CHUNK = Buffer.alloc(65_536, 'some bytes that are not all alike ');
const stream = createCrc64();
let crc32 = 0;

console.log('\nChecksums\n');
await interleave(
  [
    { name: '@ossgrant/crc64', operations: 2000, run: () => stream.update(CHUNK) },
    { name: 'zlib.crc32', operations: 2000, run: () => (crc32 = zlib.crc32(CHUNK, crc32)) },
  ],
  { rounds: Number(process.env['OSSGRANT_ROUNDS'] ?? 11), unit: 'GB/s', perOperation: CHUNK.length / 1e9 },
);
