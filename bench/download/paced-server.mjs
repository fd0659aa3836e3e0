// A server of one object under any name, in a process of its own, that gives each connection a bucket of tokens, responds late, or
// refuses what is too much. Takes its options as JSON; prints its port.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createCrc64 } from '@ossgrant/crc64';

/**
 * @typedef {object} Pace
 * @property {number} [each] bytes a second of one connection; no limit by default
 * @property {number} [burst] bytes that a connection gets at once
 * @property {number} [lateMs] from a request to its response
 * @property {number} [most] requests beyond so many at once are refused with 503
 */

/** @type {Pace & { size: number }} */
const { size, each = 2 ** 40, burst = 0, lateMs = 0, most = Infinity } = JSON.parse(process.argv[2] ?? '{}');
const TICK_MS = 5;
const block = Buffer.alloc(1 << 20, 'some bytes ');
const crc = createCrc64();
for (let at = 0; at < size; at += block.length) crc.update(block.subarray(0, size - at));
const crc64 = String(crc.digest());

/** @type {WeakMap<import('node:net').Socket, { tokens: number, at: number }>} */
const buckets = new WeakMap();
/** @param {import('node:net').Socket} socket */
function tokensOf(socket) {
  const now = performance.now();
  const bucket = buckets.get(socket) ?? { tokens: burst, at: now };
  const fullest = Math.max(burst, each / 20);
  bucket.tokens = Math.min(fullest, bucket.tokens + ((now - bucket.at) / 1000) * each);
  bucket.at = now;
  buckets.set(socket, bucket);
  return bucket;
}

/** @type {Set<() => void>} */
const sending = new Set();
setInterval(() => {
  for (const send of sending) send();
}, TICK_MS);

let open = 0;
const server = createServer((request, response) => {
  if (open >= most) {
    response.writeHead(503).end();
    return;
  }
  open += 1;
  const [, from = 0, to = size - 1] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
  const isPart = request.headers.range !== undefined && to < size;
  const [start, end] = isPart ? [from, to + 1] : [0, size];
  let at = start;
  const send = () => {
    const bucket = tokensOf(request.socket);
    while (at < end && bucket.tokens >= 1 && !response.writableNeedDrain) {
      const offset = at % block.length;
      const length = Math.min(block.length - offset, end - at, bucket.tokens, 1 << 18);
      const piece = block.subarray(offset, offset + Math.floor(length));
      response.write(piece);
      bucket.tokens -= piece.length;
      at += piece.length;
    }
    if (at === end) response.end();
  };
  response.on('drain', send).on('close', () => {
    open -= 1;
    sending.delete(send);
  });
  setTimeout(() => {
    response.writeHead(isPart ? 206 : 200, {
      'content-length': end - start,
      etag: '"AB1F2B7A5D8C4E0F9A6B3C2D1E0F4A5B"',
      'x-oss-hash-crc64ecma': crc64,
      'accept-ranges': 'bytes',
      ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
    });
    sending.add(send);
    send();
  }, lateMs);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
console.log(typeof address === 'object' ? address?.port : address);
