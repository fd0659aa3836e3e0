import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { Client } from 'undici';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../src/transport/direct-connection.ts';

// Among them lines of the tests of llhttp and of http-parser, https://github.com/nodejs/llhttp/tree/main/test/response
const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 206 Partial Content',
  'HTTP/1.1 200 ',
  'HTTP/1.1 200',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 404 Not Found',
  'HTTP/1.1 200 G\xe9\xfc',
  'HTTP/1.1  200 OK',
  'HTTP/1.1 2000 OK',
  'HTTP/01.1 200 OK',
  'HTTP/2.0 200 OK',
  'HTTP/1.1 200 OK\0',
  'HTTP/1.1 200 OK\rX: y',
  'HTTP/1.1 200 OK\nX: y',
  ' HTTP/1.1 200 OK',
  '\r\nHTTP/1.1 200 OK',
  'ICY 200 OK',
  'RTSP/1.1 200 OK',
  'http/1.1 200 OK',
];
const LINES = [
  'Content-Length: 3',
  'content-length:3',
  'Content-Length: \t3',
  'Content-Length: 3 ',
  'Content-Length: 03',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: 0x3',
  'Content-Length: 3 000',
  'Content-Length: 18446744073709551619',
  'Content-Length:',
  'Content-Length : 3',
  'Content-Length\t: 3',
  ' Content-Length: 3',
  'Content-Length',
  'Content_Length: 4',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'transfer-encoding : chunked',
  'Transfer-Encoding: deflate, chunked',
  'Connection: keep-alive',
  'Connection: close',
  'Connection: Upgrade',
  'Connection: keep-alive, close',
  'Connection:',
  'Proxy-Connection: close',
  'Upgrade: h2c',
  'Keep-Alive: timeout=5',
  'Keep-Alive: timeout=0, max=1',
  'ETag: "5B3C1A2E053D763E1B002CC607C5A0FE"',
  'Content-Range: bytes 0-2/3',
  'x-oss-hash-crc64ecma: 12345678901234567890',
  'X-Folded: a\r\n b',
  'X-Folded: a\r\n\tb',
  'X-Bare: a\nContent-Length: 4',
  'X-Bare: a\rContent-Length: 4',
  'X-Zero: a\0b',
  'X-Latin: gr\xfc\xdfe',
  'X-Tab: a\tb',
  'X Space: a',
  'X-Empty:',
  'X-Spaces:   a  b   ',
  ': no name',
  'Set-Cookie: a=b; Path=/',
  'Trailer: x',
];

const character = fc.oneof(
  fc.constantFrom('\r', '\n', '\t', ' ', ':', '\0', ',', ';', '\x7f', '\x80', '\xff', '\x0b', '0', 'a', '\r\n', ': '),
  fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
);
const change = fc.record({ at: fc.nat(), gone: fc.nat(2), put: fc.option(character, { nil: '' }) });
const wellFormed = fc.constantFrom(...STATUS_LINES.slice(0, 2));
const head = fc
  .record({
    status: fc.oneof({ weight: 3, arbitrary: wellFormed }, fc.constantFrom(...STATUS_LINES)),
    lines: fc.array(fc.constantFrom(...LINES), { maxLength: 5 }),
    hasLength: fc.boolean(),
    changes: fc.array(change, { maxLength: 3 }),
  })
  .map(({ status, lines, hasLength, changes }) => {
    let text = `${[status, ...lines, ...(hasLength ? ['Content-Length: 3'] : [])].join('\r\n')}\r\n`;
    for (const { at, gone, put } of changes) {
      const index = at % text.length;
      text = text.slice(0, index) + put + text.slice(index + gone);
    }
    return text;
  })
  // What comes up to here is a head: the empty line ends it.
  .filter((text) => text.endsWith('\r\n') && !text.includes('\r\n\r\n'));

interface Read {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What undici makes of a response with this head; undefined for an error. */
async function byUndici(text: string, body: string): Promise<Read | undefined> {
  const stream: Duplex = new Duplex({
    read: () => {},
    write(_chunk, _encoding, done): void {
      queueMicrotask(() => {
        stream.push(Buffer.from(`${text}\r\n${body}`, 'latin1'));
        stream.push(null);
      });
      done();
    },
  });
  const client = new Client('http://oss.example', {
    connect: (_target, callback) => queueMicrotask(() => callback(null, stream as never)),
  });
  try {
    return await new Promise((resolve) => {
      const read = { status: 0, headers: {} as Record<string, string>, body: '' };
      client.dispatch(
        { origin: 'http://oss.example', path: '/a', method: 'GET' },
        {
          onConnect: () => {},
          onHeaders(status, raw): boolean {
            read.status = status;
            const texts = (raw ?? []).map((value) => value.toString('latin1'));
            for (let at = 0; at < texts.length; at += 2) {
              const name = String(texts[at]).toLowerCase();
              const before = read.headers[name];
              read.headers[name] = before === undefined ? String(texts[at + 1]) : `${before}, ${texts[at + 1]}`;
            }
            return true;
          },
          onData(chunk): boolean {
            read.body += chunk.toString('latin1');
            return true;
          },
          onComplete: () => resolve(read),
          onError: () => resolve(undefined),
        },
      );
    });
  } finally {
    void client.destroy();
  }
}

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 400);

describe('heads of responses', () => {
  it('are read as undici reads them, or not at all', { timeout: 3_600_000 }, async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(head, async (text) => {
        const ours = readHead(text);
        if (ours === undefined) return;
        accepted += 1;
        const { status, headers, length } = ours;
        // A larger length is one that was changed: its body is cut short, for both.
        const body = 'abcdefgh'.slice(0, length);
        const theirs = await byUndici(text, body);
        const read = { status, headers: Object.fromEntries(headers), body };
        expect(theirs).toEqual(length > body.length ? undefined : read);
      }),
      { numRuns: RUNS },
    );
    // Otherwise nothing was compared.
    expect(accepted).toBeGreaterThan(RUNS / 40);
    if (RUNS >= 10_000) console.log(`${RUNS} heads, ${accepted} of them accepted and read as undici reads them`);
  });

  it.each([...STATUS_LINES.slice(2, 3), ...STATUS_LINES.slice(8, 9)])('may begin with %j', (line) => {
    expect(readHead(`${line}\r\nContent-Length: 3\r\n`)).toMatchObject({ status: 200, length: 3 });
  });

  it.each(STATUS_LINES.filter((_, index) => index > 2 && index !== 8))('are refused that begin with %j', (line) => {
    expect(readHead(`${line}\r\nContent-Length: 3\r\n`)).toBeUndefined();
  });

  it.each([
    ['no length', ''],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 3\r\n'],
    ['two lengths in one', 'Content-Length: 3, 3\r\n'],
    ['a length with a sign', 'Content-Length: +3\r\n'],
    ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'],
    ['a folded line', 'Content-Length: 3\r\nX: a\r\n b\r\n'],
    ['a space before a colon', 'Content-Length : 3\r\n'],
    ['a bare line feed', 'Content-Length: 3\nX: a\r\n'],
    ['a bare carriage return', 'Content-Length: 3\r\nX: a\rb\r\n'],
    ['a zero byte', 'Content-Length: 3\r\nX: a\0\r\n'],
    ['an upgrade', 'Content-Length: 3\r\nConnection: upgrade\r\nUpgrade: h2c\r\n'],
    ['spaces at the end of a value', 'Content-Length: 3 \r\n'],
  ])('are refused that have %s', (_, lines) => {
    expect(readHead(`HTTP/1.1 200 OK\r\n${lines}`)).toBeUndefined();
  });

  it.each([
    ['', 4000],
    ['Keep-Alive: timeout=5\r\n', 3000],
    ['Keep-Alive: timeout=60, max=9\r\n', 4000],
    ['Keep-Alive: timeout=1\r\n', -1000],
    ['Connection: Close\r\n', 0],
  ])('say how long a connection may be kept: %j', (line, keepMs) => {
    expect(readHead(`HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${line}`)).toMatchObject({ keepMs });
  });
});
