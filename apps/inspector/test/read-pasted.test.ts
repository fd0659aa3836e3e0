import { describe, expect, it } from 'vitest';
import { readPasted } from '../src/read-pasted.ts';

const link = 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a%20b.txt?x-oss-expires=60&x-oss-signature=0f';
const error = '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><HostId>https://oss.example</HostId></Error>';

describe('what is pasted', () => {
  it('may be a bare link, with text around it', () => {
    expect(readPasted(link)).toEqual({ url: link });
    expect(readPasted(`  see\n${link}\nthanks`)).toEqual({ url: link });
    expect(readPasted(`<a href="${link}">here</a>`)).toEqual({ url: link });
  });

  it('may be a curl command', () => {
    expect(readPasted(`curl -X PUT -H 'Content-Type: text/plain' '${link}' -o out`)).toEqual({
      url: link,
      method: 'PUT',
      headers: { 'content-type': 'text/plain' },
    });
    expect(readPasted(`curl -I '${link}'`)).toEqual({ url: link, method: 'HEAD' });
  });

  it('may be a request as it goes over the wire', () => {
    const request =
      'GET /a.txt?Expires=1 HTTP/1.1\r\nHost: my-bucket.oss-cn-hangzhou.aliyuncs.com\r\nRange: bytes=0-\r\n\r\n';
    expect(readPasted(request)).toEqual({
      url: 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?Expires=1',
      method: 'GET',
      headers: { host: 'my-bucket.oss-cn-hangzhou.aliyuncs.com', range: 'bytes=0-' },
    });
  });

  it('may be an error, whose own URLs are not taken for the link', () => {
    expect(readPasted(error)).toEqual({ error });
    expect(readPasted(`${error}\n${link}`)).toEqual({ url: link, error });
    expect(readPasted(`${link}\n${error}`)).toEqual({ url: link, error });
  });

  it('may be nothing of the kind', () => {
    expect(readPasted('hello')).toEqual({});
    expect(readPasted('')).toEqual({});
  });

  it('is not read beyond its limit', () => {
    expect(readPasted(`${' '.repeat(65_536)}${link}`)).toEqual({});
  });
});
