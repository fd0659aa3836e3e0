import { gzipSync } from 'node:zlib';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import type { RequestSource } from '../../src/request-source.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { ETAG, headersOf, serveObject, type Trouble, serve } from '../kit.ts';
import {
  answer,
  asked,
  BYTES,
  forged,
  from,
  linkTo,
  only,
  part,
  PART,
  PARTS,
  expectRefusal,
  expectFile,
} from './outcome.ts';

const SUM = String(crc64(BYTES));
const one = { connections: 1 };
const range = (start: number, end: number, total: number | string = BYTES.length): Trouble =>
  part({ 'content-range': `bytes ${start}-${end}/${total}` });

describe('a download whose server answers wrongly', () => {
  it('takes its part out of the whole object when the server sends that [fault 15]', async () => {
    const { url, requests } = await serveObject(BYTES, only(3, answer(200, headersOf(BYTES), BYTES)));
    await expectFile(url);
    expect(requests).toHaveLength(PARTS);
    // A server that knows no ranges at all.
    await expectFile((await serveObject(BYTES, answer(200, headersOf(BYTES), BYTES))).url);
  });

  it('asks again for a part that does not say which it is [fault 16]', async () => {
    const unnamed = answer(206, { etag: ETAG, 'content-length': '5' }, 'bytes');
    await expectFile((await serveObject(BYTES, only(2, unnamed))).url);
    await expectRefusal((await serveObject(BYTES, from(2, unnamed))).url, { code: 'RANGE_MISMATCH' });
  });

  it('asks again for a part that starts elsewhere [fault 17]', async () => {
    await expectFile((await serveObject(BYTES, only(2, range(0, PART - 1)))).url);
    await expectRefusal((await serveObject(BYTES, from(2, range(7, 7 + PART - 1)))).url, { code: 'RANGE_MISMATCH' });
  });

  it('asks again for a part that ends elsewhere, and stops when the object has another length [fault 18]', async () => {
    await expectFile((await serveObject(BYTES, only(2, range(PART, 2 * PART - 2)))).url, one);
    await expectRefusal((await serveObject(BYTES, from(2, range(PART, 2 * PART, BYTES.length)))).url, {
      code: 'RANGE_MISMATCH',
    });
    const longer = range(PART, 2 * PART - 1, BYTES.length + 1);
    await expectRefusal((await serveObject(BYTES, only(2, longer))).url, { code: 'OBJECT_CHANGED' }, one);
  });

  it('takes a part without a total when it knows the total already [fault 19]', async () => {
    const { url, requests } = await serveObject(BYTES, only(2, range(PART, 2 * PART - 1, '*')));
    await expectFile(url, one);
    expect(requests).toHaveLength(PARTS);
    // Nothing announced it before: then the whole object is requested.
    await expectFile((await serveObject(BYTES, only(1, range(0, PART - 1, '*')))).url);
  });

  it('asks again for one part when it gets several [fault 20]', async () => {
    const several = answer(206, { etag: ETAG, 'content-type': 'multipart/byteranges; boundary=x' }, '--x\r\n\r\n--x--');
    await expectFile((await serveObject(BYTES, only(2, several))).url);
  });

  it('stops when the object has become shorter, and takes a 416 to its first range for a reason to ask for all [fault 21]', async () => {
    await expectRefusal((await serveObject(BYTES, from(3, answer(416)))).url, {
      code: 'OBJECT_CHANGED',
      retryable: false,
    });
    await expectFile((await serveObject(BYTES, only(1, answer(416)))).url);
  });

  it('stops when the object was replaced [fault 22]', async () => {
    const { url, requests } = await serveObject(BYTES, from(3, answer(412)));
    await expectRefusal(url, { code: 'OBJECT_CHANGED', retryable: false });
    expect(requests[1]?.ifMatch).toBe(ETAG);
  });

  it('stops when the entity tag changes and the size does not [fault 23]', async () => {
    await expectRefusal((await serveObject(BYTES, from(3, part({ etag: '"OTHER"' })))).url, { code: 'OBJECT_CHANGED' });
  });

  it.each<[string, Record<string, string>]>([
    ['a weak one', { etag: 'W/"weak"' }],
    ['none', {}],
  ])(
    'never puts parts together that only a strong entity tag would keep apart, and there is %s [fault 24]',
    async (_, tag) => {
      const { url, requests } = await serveObject(BYTES, (request, response) => {
        const { start, length } = asked(request.headers.range);
        const isPart = request.headers.range !== undefined;
        const partHeaders = isPart ? { 'content-range': `bytes ${start}-${start + length - 1}/${BYTES.length}` } : {};
        response.writeHead(isPart ? 206 : 200, { ...tag, 'content-length': String(length), ...partHeaders });
        response.end(BYTES.subarray(start, start + length));
        return true;
      });
      expect(await expectFile(url, { resume: false })).toMatchObject({ verified: 'none' });
      expect(requests.filter((request) => request.range === undefined)).toHaveLength(1);
    },
  );

  const now = Date.now();
  it.each([
    ['seconds', 429, '7', 7000],
    ['a date', 503, new Date(now + 110_000).toUTCString(), 50_000],
    ['far too much', 503, '99999999', 120_000],
    ['nonsense', 503, 'soon', 0],
  ])('waits as the server asks, by %s [fault 25]', async (_, status, text, least) => {
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const throttled = answer(status, { 'retry-after': text });
    await expectFile((await serveObject(BYTES, only(2, throttled))).url, { ...one, retry: { sleep, random: () => 0 } });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(least);
    expect(waits[0]).toBeLessThanOrEqual(120_000);
    await expectRefusal((await serveObject(BYTES, from(2, throttled))).url, { code: 'HTTP_STATUS', status }, one);
  });

  it.each([500, 502, 504])('outlasts %i [fault 26]', async (status) => {
    await expectFile(
      (await serveObject(BYTES, (...all) => only(1, answer(status))(...all) || only(4, answer(status))(...all))).url,
    );
    await expectRefusal((await serveObject(BYTES, from(2, answer(status)))).url, { code: 'HTTP_STATUS', status });
  });

  it('outlasts a server that did not get the request in time [fault 27]', async () => {
    await expectFile((await serveObject(BYTES, only(2, answer(408)))).url);
    await expectRefusal((await serveObject(BYTES, answer(408))).url, {
      code: 'HTTP_STATUS',
      status: 408,
      retryable: true,
    });
  });

  it('asks only once for a missing object [fault 28]', async () => {
    const missing = answer(404, {}, '<Error><Code>NoSuchKey</Code></Error>');
    const { url, requests } = await serveObject(BYTES, missing);
    await expectRefusal(url, { code: 'NOT_FOUND', retryable: false });
    expect(requests).toHaveLength(1);
  });

  it('keeps an encoded object as it is stored: length and checksum are of these bytes [fault 29]', async () => {
    const content = gzipSync(BYTES);
    const { url } = await serveObject(content, (_, response) => {
      response.setHeader('content-encoding', 'gzip');
      return false;
    });
    const partSize = Math.ceil(content.length / 3);
    expect(await expectFile(url, { content, partSize })).toMatchObject({ verified: 'crc64', bytes: content.length });
    expect(await expectFile(url, { content, partSize: 1 << 20 })).toMatchObject({ verified: 'crc64', attempts: 1 });
  });

  it('follows a redirect to another host without this one’s headers, and neither a loop nor one that drops https [fault 30]', async () => {
    const hosts: string[] = [];
    const { url } = await serveObject(BYTES, (request) => {
      hosts.push(String(request.headers.cookie));
      return false;
    });
    const redirect = (location: string): Promise<string> =>
      serve((_, response) => response.writeHead(307, { location }).end());
    const withCookie = (link: RequestSource): RequestSource => ({
      ...link,
      async prepare(attempt) {
        const request = await link.prepare(attempt);
        return { ...request, headers: { ...request.headers, cookie: 'hidden' } };
      },
    });
    await expectFile(withCookie(linkTo(await redirect(url))));
    expect(new Set(hosts)).toEqual(new Set(['undefined']));
    await expectRefusal(await redirect('/my-bucket/a.bin'), { code: 'HTTP_STATUS', status: 307, retryable: false });
    await expectRefusal(await redirect('ftp://127.0.0.1/a'), { code: 'HTTP_STATUS', status: 307 });
  });

  it('does not take a page for the object, whatever its status [fault 31]', async () => {
    const page = answer(200, { 'content-type': 'application/xml' }, '<Error><Code>InternalError</Code></Error>');
    await expectFile((await serveObject(BYTES, only(1, page))).url);
    await expectFile((await serveObject(BYTES, only(3, page))).url);
    await expectRefusal((await serveObject(BYTES, page)).url, { code: 'HTTP_STATUS', status: 200, retryable: true });
    const signIn = answer(200, { 'content-type': 'text/html' }, '<html>Sign in</html>');
    await expectRefusal((await serveObject(BYTES, signIn)).url, { code: 'HTTP_STATUS', status: 200 });
  });

  it('makes an empty file of an empty object [fault 32]', async () => {
    const content = Buffer.alloc(0);
    expect(await expectFile((await serveObject(content)).url, { content })).toMatchObject({
      verified: 'crc64',
      bytes: 0,
    });
  });

  it('finds a forged part by the checksum of the whole, fetches once more and then gives up [fault 33]', async () => {
    const other = Buffer.from(BYTES).fill('forged', 150_000, 160_000);
    const once = await serveObject(BYTES, only(3, forged(other, SUM)));
    await expectFile(once.url, one);
    const always = await serveObject(BYTES, forged(other, SUM));
    await expectRefusal(fromUrl(always.url), { code: 'CHECKSUM_MISMATCH' });
    expect(always.requests).toHaveLength(2 * PARTS);
  });
});
