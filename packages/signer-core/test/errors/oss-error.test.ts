import { describe, expect, it } from 'vitest';
import {
  MAX_ERROR_BODY_BYTES,
  parseOssError,
  type OssErrorInfo,
  type OssErrorResponse,
} from '../../src/errors/oss-error.ts';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: OssErrorResponse['body'];
}

function parse({ status = 403, headers = {}, body }: Answer): OssErrorInfo {
  return parseOssError({ status, header: (name) => headers[name] ?? null, ...(body === undefined ? {} : { body }) });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const MISMATCH = `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>SignatureDoesNotMatch</Code>
  <Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>
  <RequestId>637B0DC5AB5D2F3834B1F2A1</RequestId>
  <HostId>examplebucket.oss-cn-hangzhou.aliyuncs.com</HostId>
  <OSSAccessKeyId>LTAIexample</OSSAccessKeyId>
  <SignatureProvided>SIGNATURE-OF-THE-CALLER</SignatureProvided>
  <StringToSign>GET\n\n\n1714980189\n/examplebucket/a.txt?security-token=TOKEN-OF-THE-CALLER</StringToSign>
  <StringToSignBytes>47 45 54</StringToSignBytes>
  <EC>0002-00000040</EC>
  <RecommendDoc>https://api.alibabacloud.com/troubleshoot?q=0002-00000040</RecommendDoc>
</Error>`;

describe('an error body in XML', () => {
  it('gives Code, EC, RequestId, HostId and Message, and nothing of what the caller signed', () => {
    const info = parse({ body: MISMATCH });
    expect(info).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
      ec: '0002-00000040',
      requestId: '637B0DC5AB5D2F3834B1F2A1',
      hostId: 'examplebucket.oss-cn-hangzhou.aliyuncs.com',
      message:
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    });
    expect(JSON.stringify(info)).not.toMatch(/OF-THE-CALLER|StringToSign/);
  });

  it('is read from bytes as from text', () => {
    expect(parse({ body: new TextEncoder().encode(MISMATCH) })).toEqual(parse({ body: MISMATCH }));
  });

  it("gives the server's time when the clocks differ", () => {
    const body = '<Error><Code>RequestTimeTooSkewed</Code><ServerTime>2024-05-06T07:08:09.000Z</ServerTime></Error>';
    expect(parse({ body }).serverTime).toEqual(new Date('2024-05-06T07:08:09Z'));
    expect(parse({ body: body.replace('2024', 'soon') })).not.toHaveProperty('serverTime');
  });

  it('has its five entities and character references decoded once', () => {
    const message =
      'a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &#233; &#x4e2d; &amp;lt; &unknown; &#x110000; &#0;';
    expect(parse({ body: `<Error><Message>${message}</Message></Error>` }).message).toBe(
      'a & b <c> "d" \'e\' é 中 &lt; &unknown; &#x110000; &#0;',
    );
  });
});

describe('an error body in JSON', () => {
  it('gives the same facts, as STS sends it', () => {
    const body = JSON.stringify({
      Code: 'NoPermission',
      Message: 'not allowed',
      RequestId: 'R',
      HostId: 'sts.aliyuncs.com',
      Recommend: 'x',
    });
    expect(parse({ status: 403, body: ` \n${body}` })).toEqual({
      status: 403,
      code: 'NoPermission',
      message: 'not allowed',
      requestId: 'R',
      hostId: 'sts.aliyuncs.com',
    });
  });

  it.each(['{', '{"Code":', '{"Code":5,"Message":{"a":1},"EC":null}', '{}', `{"a":${'['.repeat(60_000)}`])(
    'that says nothing causes no error: %.40s',
    (body) => {
      expect(parse({ body })).toEqual({ status: 403 });
    },
  );
});

describe('the x-oss-err header', () => {
  it('stands in for the body that HEAD does not have', () => {
    const headers = { 'x-oss-err': base64('<Error><Code>NoSuchKey</Code><EC>0026-00000001</EC></Error>') };
    expect(parse({ status: 404, headers })).toEqual({ status: 404, code: 'NoSuchKey', ec: '0026-00000001' });
    expect(parse({ status: 404, headers, body: '' })).toMatchObject({ code: 'NoSuchKey' });
    expect(parse({ status: 404, headers, body: new Uint8Array() })).toMatchObject({ code: 'NoSuchKey' });
  });

  it('yields to a body', () => {
    const headers = { 'x-oss-err': base64('<Error><Code>FromHeader</Code></Error>') };
    expect(parse({ headers, body: '<Error><Code>FromBody</Code></Error>' }).code).toBe('FromBody');
  });

  it.each(['not base64!', '%%%', '', base64('<html>'), 'A'.repeat(MAX_ERROR_BODY_BYTES + 1)])(
    'may be rubbish: %.20s',
    (value) => {
      expect(parse({ headers: { 'x-oss-err': value } })).toEqual({ status: 403 });
    },
  );
});

describe('headers', () => {
  it('give the request id and the EC when the body does not', () => {
    const headers = { 'x-oss-request-id': 'R', 'x-oss-ec': '0002-00000069' };
    expect(parse({ headers })).toEqual({ status: 403, requestId: 'R', ec: '0002-00000069' });
    expect(parse({ headers, body: '<Error><RequestId>B</RequestId><EC>1</EC></Error>' })).toMatchObject({
      requestId: 'B',
      ec: '1',
    });
  });
});

describe("an answer that is none of OSS's", () => {
  it.each([
    ["a proxy's page", '<!DOCTYPE html><html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>'],
    ['a page without DOCTYPE', '<html><body><code>x</code></body></html>'],
    ['plain text', 'upstream connect error'],
    ['a JSON array', '["Code"]'],
    ['binary', new Uint8Array([0xff, 0xfe, 0x00, 0x80])],
  ])('gives its status only: %s', (_name, body) => {
    expect(parse({ status: 502, body })).toEqual({ status: 502 });
  });
});

describe('the facts that are kept', () => {
  it('ends at 64 KiB of the body', () => {
    const late = `<Error>${' '.repeat(MAX_ERROR_BODY_BYTES)}<Code>Late</Code></Error>`;
    expect(parse({ body: late })).toEqual({ status: 403 });
    expect(parse({ body: new TextEncoder().encode(late) })).toEqual({ status: 403 });
  });

  it('is one line of at most 300 characters for each field, and no half of a pair', () => {
    const body = `<Error><Message>${'a'.repeat(299)}😀${'b'.repeat(100)}</Message></Error>`;
    expect(parse({ body }).message).toBe('a'.repeat(299));
  });

  it.each([
    ['line breaks', 'a\r\nERROR forged'],
    ['a line break as a character reference', 'a&#10;&#13;ERROR forged'],
    ['terminal escapes', 'a\u001b\u0007ERROR forged'],
    ['C1 controls', 'a\u0085\u009bERROR forged'],
    ['line and paragraph separators', 'a\u2028\u2029ERROR forged'],
    ['bidirectional overrides', 'a\u202e\u2066ERROR forged'],
    ['zero-width characters', 'a\u200b\ufeffERROR forged'],
    ['lone surrogates', 'a&#xdfff;&#xd800;ERROR forged'],
  ])('holds no %s', (_name, text) => {
    const body = `<Error><Code>${text}</Code><Message>${text}</Message><RequestId>${text}</RequestId></Error>`;
    const shown = 'a ERROR forged';
    expect(parse({ body, headers: {} })).toEqual({ status: 403, code: shown, message: shown, requestId: shown });
    expect(parse({ headers: { 'x-oss-ec': text } }).ec).toMatch(/^[\x20-\x7e]+$/);
  });

  it('keeps the text of every language', () => {
    expect(parse({ body: '<Error><Message>签名不匹配 é ß 😀</Message></Error>' }).message).toBe('签名不匹配 é ß 😀');
  });

  it.each(['\n', ' ', '\u2028', '\u2029', '\u0085'])(
    'drops an echoed string to sign, whatever breaks its lines (%j)',
    (gap) => {
      const message = `Specified signature is not matched with our calculation. server string to sign is:POST&%2F&SecurityToken%3D${gap}TOKEN-OF-THE-CALLER`;
      const parsed = parse({ body: JSON.stringify({ Code: 'SignatureDoesNotMatch', Message: message }) });
      expect(parsed.message).toBe(
        'Specified signature is not matched with our calculation. server string to sign is: [redacted]',
      );
    },
  );
});
