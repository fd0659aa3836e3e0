import { parseOssError } from '@ossgrant/signer-core';
import { describe, expect, it } from 'vitest';
import { findError } from '../../../src/verbs/doctor/read-error.ts';

const XML =
  '<Error><Code>AccessDenied</Code><Message>denied</Message><RequestId>65A1B2C3D4E5F60718293A4B</RequestId><EC>0003-00000001</EC></Error>';

describe('findError', () => {
  it.each([
    ['the XML itself', `<?xml version="1.0"?>\n${XML}`],
    ['a browser', `This XML file does not appear to have any style information associated with it.\n\n${XML}\n`],
    ['a log', `2026-11-28 12:00:00 ERROR GET failed: ${XML} (retry 1)`],
    [
      'the SDK for Python',
      "{'status': 403, 'x-oss-request-id': '65A1B2C3D4E5F60718293A4B', 'details': {'Code': 'AccessDenied', 'Message': 'denied', 'RequestId': '65A1B2C3D4E5F60718293A4B', 'EC': '0003-00000001'}}",
    ],
    [
      'the SDK for Go',
      'oss: service returned error: StatusCode=403, ErrorCode=AccessDenied, ErrorMessage="denied", RequestId=65A1B2C3D4E5F60718293A4B, Ec=0003-00000001',
    ],
    [
      'the SDK for Java',
      "denied\n[ErrorCode]: AccessDenied\n[ErrorMessage]: 'denied'\n[RequestId]: 65A1B2C3D4E5F60718293A4B\n[EC]: 0003-00000001",
    ],
    [
      'the SDK for JavaScript',
      "AccessDeniedError: denied\n  status: 403,\n  code: 'AccessDenied',\n  message: 'denied',\n  requestId: '65A1B2C3D4E5F60718293A4B',\n  ec: '0003-00000001'",
    ],
  ])('finds the error of %s', (_, text) => {
    const info = parseOssError({ status: 403, header: () => undefined, body: findError(text) });
    expect(info).toMatchObject({
      code: 'AccessDenied',
      message: 'denied',
      requestId: '65A1B2C3D4E5F60718293A4B',
      ec: '0003-00000001',
    });
  });

  it('leaves the header, and text without an error, as they are', () => {
    const header = Buffer.from(XML).toString('base64');
    expect(findError(`${header}\n`)).toBe(header);
    expect(findError('403 Forbidden')).toBe('403 Forbidden');
  });
});
