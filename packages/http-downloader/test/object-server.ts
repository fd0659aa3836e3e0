import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc64 } from '@ossgrant/crc64';
import { serve } from './serve.ts';

/** Misbehaves for one request and tells so; else the request is served well. @param count of the request, from 1 */
export type Trouble = (request: IncomingMessage, response: ServerResponse, count: number) => boolean | void;

/** A server of one object that knows ranges and conditions, unless there is trouble. */
export interface ObjectServer {
  readonly url: string;
  readonly requests: { readonly range: string | undefined; readonly ifMatch: string | undefined }[];
}

export const ETAG = '"5B3C1A2E053D763E1B002CC607C5A0FE"';

/** Headers of an answer with these bytes. */
export function headersOf(bytes: Uint8Array): Record<string, string> {
  return { 'content-length': String(bytes.length), 'x-oss-hash-crc64ecma': String(crc64(bytes)), etag: ETAG };
}

export async function serveObject(bytes: Uint8Array, trouble: Trouble = () => false): Promise<ObjectServer> {
  const requests: ObjectServer['requests'] = [];
  const url = await serve((request, response) => {
    requests.push({ range: request.headers.range, ifMatch: request.headers['if-match'] });
    if (trouble(request, response, requests.length) !== true) serveWell(bytes, request, response);
  });
  return { url, requests };
}

/** Answers as OSS does without `x-oss-range-behavior`: a range that reaches beyond the end is ignored. */
export function serveWell(
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  sum: string = String(crc64(bytes)),
): void {
  const headers = { ...headersOf(bytes), 'x-oss-hash-crc64ecma': sum };
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1] ?? 0);
  const last = match?.[2] ? Number(match[2]) : bytes.length - 1;
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== ETAG) {
    response.writeHead(412).end();
    return;
  }
  if (match === null || last >= bytes.length || start > last) {
    response.writeHead(200, headers).end(bytes);
    return;
  }
  response.writeHead(206, {
    ...headers,
    'content-length': String(last - start + 1),
    'content-range': `bytes ${start}-${last}/${bytes.length}`,
  });
  response.end(bytes.subarray(start, last + 1));
}

/** Sends the first bytes of an answer, then breaks the connection. */
export function breakAfter(count: number, bytes: Uint8Array, response: ServerResponse): true {
  response.writeHead(200, headersOf(bytes)).write(bytes.subarray(0, count), () => response.destroy());
  return true;
}
