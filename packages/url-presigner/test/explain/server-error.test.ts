import { describe, expect, it } from 'vitest';
import { readServerError } from '../../src/explain/server-error.ts';

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>SignatureDoesNotMatch</Code>
  <Message>The request signature we calculated does not match the signature you provided. Check your key and signing method.</Message>
  <RequestId>65DA19AE09E59839308E9C36</RequestId>
  <HostId>b.oss-cn-hangzhou.aliyuncs.com</HostId>
  <OSSAccessKeyId>LTAI5tExample</OSSAccessKeyId>
  <SignatureProvided>IRmZh4spCWLR926M9ukbnSmFzJ0=</SignatureProvided>
  <StringToSign>GET


1708795817
/b/a.txt</StringToSign>
  <StringToSignBytes>47 45 54 0A 0A 0A 31 37 30 38 37 39 35 38 31 37 0A 2F 62 2F 61 2E 74 78 74</StringToSignBytes>
  <EC>0002-00000040</EC>
</Error>`;
const STRING_TO_SIGN = 'GET\n\n\n1708795817\n/b/a.txt';

describe('readServerError', () => {
  it.each([
    ['the body', XML],
    ['the header of a HEAD', btoa(XML)],
    ['a transcript of curl -i', `HTTP/1.1 403 Forbidden\r\nx-oss-ec: 0002-00000040\r\n\r\n${XML}`],
    [
      "a browser's view, where line breaks are blanks",
      `This XML file does not appear to have any style information associated with it. The document tree is shown below.\n${XML.replaceAll(/\s*\n\s*/g, ' ')}`,
    ],
    ['the source of a page', XML.replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    ["Java's text", `Signature mismatch\n[ErrorCode]: SignatureDoesNotMatch\n[ResponseError]:\n${XML}`],
    [
      "Python's dict",
      String.raw`oss2.exceptions.SignatureDoesNotMatch: {'status': 403, 'x-oss-request-id': '5D03', 'details': {'Code': 'SignatureDoesNotMatch', 'Message': 'The request signature we calculated does not match', 'SignatureProvided': 'IRmZh4spCWLR926M9ukbnSmFzJ0=', 'StringToSign': 'GET\n\n\n1708795817\n/b/a.txt', 'EC': '0002-00000040'}}`,
    ],
    ['JSON', JSON.stringify({ Code: 'SignatureDoesNotMatch', StringToSign: STRING_TO_SIGN, EC: '0002-00000040' })],
  ])('reads code, EC and string to sign from %s', (_, text) => {
    expect(readServerError(text)).toMatchObject({
      code: 'SignatureDoesNotMatch',
      ec: '0002-00000040',
      stringToSign: STRING_TO_SIGN,
    });
  });

  it.each([
    [
      'oss: service returned error: StatusCode=403, ErrorCode=SignatureDoesNotMatch, ErrorMessage="The request signature we calculated does not match", RequestId=6655, Ec=0002-00000040',
      { code: 'SignatureDoesNotMatch', ec: '0002-00000040' },
    ],
    [
      'operation error GetObject: Error returned by Service.\n Http Status Code: 403.\n Error Code: AccessDenied.\n Message: Request has expired..\n EC: 0002-00000069.',
      { code: 'AccessDenied', ec: '0002-00000069' },
    ],
    ['SignatureDoesNotMatchError: The request signature we calculated', { code: 'SignatureDoesNotMatch' }],
    ['InvalidAccessKeyId: The OSS Access Key Id you provided', { code: 'InvalidAccessKeyId' }],
    ['The OSS Access Key Id you provided does not exist in our records.', { code: 'InvalidAccessKeyId' }],
    ['Request has expired.', { code: 'AccessDenied', message: 'Request has expired' }],
  ])('reads one line: %.60s', (text, expected) => {
    expect(readServerError(text)).toMatchObject(expected);
  });

  it.each(['', '%%%', '<html><body>502</body></html>', '{}', 'null', '<Code>', 'a'.repeat(200_000)])(
    'gives nothing for any other text: %.20s',
    (text) => {
      expect(readServerError(text)).toEqual({});
    },
  );
});
