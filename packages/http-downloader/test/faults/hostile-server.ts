import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { crc64 } from '@ossgrant/crc64';
import fc from 'fast-check';

/** Objects of one server, none of whose bytes and checksums are another's. */
export const OBJECTS: ReadonlyMap<string, Buffer> = new Map(
  [0, 1, 3_000, 30_000, 50_003].map((size, object) => [
    `/${object}.bin`,
    Buffer.from(Array.from({ length: size }, (_, index) => (index * 13 + (index >> 10) + 1 + object * 31) % 256)),
  ]),
);

/** What the server does with one request. */
export interface Behaviour {
  /** The form of the response. */
  readonly form:
    | 'good'
    | 'whole'
    | 'chunked'
    | 'both-lengths'
    | 'two-lengths'
    | 'shifted'
    | 'flipped'
    | 'error'
    | 'loop';
  readonly status: number;
  /** Added to the announced length. */
  readonly lengthChange: number;
  /** How many 1xx come before it. */
  readonly interim: number;
  /** Changes to the bytes of the head. */
  readonly changes: readonly { readonly at: number; readonly gone: number; readonly put: string }[];
  readonly bytesBefore: string;
  /** What is written together with it, behind it. */
  readonly bytesAfter: string;
  /** Whether that is the complete and right response for another object. */
  readonly isFollowed: boolean;
  /** What comes some turns later, while nobody waits. */
  readonly lateBytes: string;
  /** How much of it is sent, from 0 to 1; all by default. */
  readonly cut: number | undefined;
  /** Lengths of the pieces that it is written in. */
  readonly pieces: readonly number[];
  readonly end: 'keep' | 'end' | 'reset' | 'stall';
}

const garbage = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 });
const rarely = <T, N>(arbitrary: fc.Arbitrary<T>, otherwise: N): fc.Arbitrary<T | N> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary });

/** Behaviours; those that wait for a timeout only if asked for. */
export function behaviours({ stalls }: { readonly stalls: boolean }): fc.Arbitrary<Behaviour> {
  const forms = ['whole', 'chunked', 'both-lengths', 'two-lengths', 'shifted', 'flipped', 'error', 'loop'] as const;
  return fc.record({
    form: fc.oneof({ weight: 4, arbitrary: fc.constant('good' as const) }, fc.constantFrom(...forms)),
    status: fc.constantFrom(101, 204, 304, 307, 400, 404, 408, 416, 429, 500, 503, 599),
    lengthChange: rarely(fc.integer({ min: -2000, max: 2000 }), 0),
    interim: rarely(fc.constantFrom(1, 3, 500), 0),
    changes: rarely(
      fc.array(fc.record({ at: fc.nat(), gone: fc.nat(2), put: fc.string({ unit: 'binary-ascii', maxLength: 2 }) }), {
        minLength: 1,
        maxLength: 2,
      }),
      [],
    ),
    bytesBefore: rarely(garbage, ''),
    bytesAfter: rarely(garbage, ''),
    isFollowed: rarely(fc.constant(true), false),
    lateBytes: rarely(garbage, ''),
    cut: rarely(fc.double({ min: 0, max: 1, noNaN: true }), undefined),
    pieces: rarely(fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 6 }), []),
    end: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom<Behaviour['end']>('keep', 'keep', 'end', 'reset') },
      fc.constant(stalls ? ('stall' as const) : ('reset' as const)),
    ),
  });
}

/** A client's half of a connection: takes its requests by behaviours, which `next` gives. */
export function misbehave(socket: Socket, next: () => Behaviour): void {
  socket.setNoDelay(true);
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const request = received.slice(0, end);
    received = received.slice(end + 4);
    void answer(socket, request, next());
  });
}

async function answer(socket: Socket, request: string, behaviour: Behaviour): Promise<void> {
  const { bytesAfter, isFollowed, lateBytes, end, cut, pieces } = behaviour;
  const path = /^GET (\S+)/.exec(request)?.[1] ?? '';
  const range = /\r\nrange: bytes=(\d+)-(\d*)/i.exec(request);
  const after = isFollowed ? completeOf(path === '/3.bin' ? '/2.bin' : '/3.bin') : latin(bytesAfter);
  const all = Buffer.concat([response(path, range, behaviour), after]);
  const bytes = cut === undefined ? all : all.subarray(0, Math.floor(cut * all.length));
  let from = 0;
  // Another's response that came on its own could not be distinguished from the next one's.
  for (const length of isFollowed ? [] : pieces) {
    socket.write(bytes.subarray(from, from + length));
    from += length;
    await turn();
  }
  socket.write(bytes.subarray(from));
  if (end === 'end') socket.end();
  // A half of a response would be waited for until a timeout.
  else if (end === 'reset' || (end === 'keep' && cannotEnd(behaviour))) socket.resetAndDestroy();
  if (lateBytes === '') return;
  for (let turns = 0; turns < 3; turns += 1) await turn();
  if (socket.writable) socket.write(latin(lateBytes));
}

const cannotEnd = ({ form, cut, lengthChange, changes, interim, status }: Behaviour): boolean =>
  cut !== undefined ||
  lengthChange > 0 ||
  changes.length > 0 ||
  interim > 0 ||
  form === 'both-lengths' ||
  form === 'two-lengths' ||
  (form === 'error' && status === 101);

function response(path: string, range: RegExpExecArray | null, behaviour: Behaviour): Buffer {
  const { form, status, lengthChange, interim, changes, bytesBefore } = behaviour;
  if (form === 'error') return changed(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`, changes);
  if (form === 'loop') return changed(`HTTP/1.1 302 Found\r\nLocation: ${path}\r\nContent-Length: 0\r\n\r\n`, changes);
  const bytes = OBJECTS.get(path) ?? Buffer.alloc(0);
  const start = Number(range?.[1] ?? 0);
  const stop = Math.min(bytes.length, range?.[2] ? Number(range[2]) + 1 : bytes.length);
  const isPart = form !== 'whole' && range !== null && stop - start < bytes.length && start < stop;
  let body: Buffer = Buffer.from(isPart ? bytes.subarray(start, stop) : bytes);
  const length = body.length + lengthChange;
  const lines = [
    isPart ? 'HTTP/1.1 206 Partial Content' : 'HTTP/1.1 200 OK',
    ...factsOf(path),
    ...(form === 'chunked' || form === 'both-lengths' ? ['Transfer-Encoding: chunked'] : []),
    ...(form === 'chunked' ? [] : [`Content-Length: ${length}`]),
    ...(form === 'two-lengths' ? [`Content-Length: ${length + 1}`] : []),
  ];
  const shift = form === 'shifted' ? 1 : 0;
  if (isPart) lines.push(`Content-Range: bytes ${start + shift}-${stop - 1 + shift}/${bytes.length}`);
  if (form === 'flipped' && body.length > 0) body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  if (form === 'chunked' || form === 'both-lengths') body = chunked(body);
  const between = '\r\nX-Filler: a';
  const first = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(interim);
  return Buffer.concat([latin(bytesBefore + first), changed(`${lines.join('\r\n')}${between}\r\n\r\n`, changes), body]);
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

function changed(head: string, changes: Behaviour['changes']): Buffer {
  let text = head;
  for (const { at, gone, put } of changes) {
    const index = at % text.length;
    text = text.slice(0, index) + put + text.slice(index + gone);
  }
  return latin(text);
}

const factsOf = (path: string): readonly string[] => {
  const sum = crc64(OBJECTS.get(path) ?? Buffer.alloc(0));
  return [`x-oss-hash-crc64ecma: ${sum}`, `ETag: "${sum}"`, 'Accept-Ranges: bytes'];
};

function completeOf(path: string): Buffer {
  const bytes = OBJECTS.get(path) ?? Buffer.alloc(0);
  const head = ['HTTP/1.1 200 OK', ...factsOf(path), `Content-Length: ${bytes.length}`].join('\r\n');
  return Buffer.concat([latin(`${head}\r\n\r\n`), bytes]);
}

function chunked(body: Buffer): Buffer {
  const half = body.length >> 1;
  const pieces = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  const text = pieces.flatMap((piece) => [latin(`${piece.length.toString(16)}\r\n`), piece, latin('\r\n')]);
  return Buffer.concat([...text, latin('0\r\n\r\n')]);
}
