import type { ObjectInfo } from './contracts.ts';
import type { TransportResponse } from './transport/transport.ts';

/** Reads what an answer says of the object; a header that cannot be read counts as absent. */
export function readObjectInfo(response: TransportResponse): ObjectInfo {
  const size = digits(response.header('content-length'));
  const crc64 = digits(response.header('x-oss-hash-crc64ecma'));
  const lastModified = new Date(response.header('last-modified') ?? Number.NaN);
  const md5 = response.header('content-md5')?.trim();
  const etag = response.header('etag');
  const contentType = response.header('content-type');
  const contentDisposition = response.header('content-disposition');
  const requestId = response.header('x-oss-request-id');
  return {
    ...(size === undefined ? {} : { size: Number(size) }),
    ...(crc64 === undefined ? {} : { crc64 }),
    ...(md5 !== undefined && /^[A-Za-z0-9+/]{22}==$/.test(md5) ? { md5 } : {}),
    ...(Number.isNaN(lastModified.getTime()) ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function digits(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}
