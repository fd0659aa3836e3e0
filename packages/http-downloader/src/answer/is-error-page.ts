import { isProcessed } from './is-processed.ts';
import type { TransportResponse } from '../transport/transport.ts';

const PAGE = /^(text\/html|text\/xml|application\/xml)\b/i;
const FACTS = ['etag', 'last-modified', 'x-oss-object-type', 'x-oss-hash-crc64ecma'];

/**
 * Whether a 200 holds a page in place of the object, as gateways and sign-in pages of networks send it, or an error that came up
 * after the status was sent. Every object has at least a date, which browsers show, too.
 *
 * @param path of the request: OSS can make pages, without such facts, of objects
 */
export function isErrorPage(response: TransportResponse, path: string): boolean {
  if (response.status !== 200 || isProcessed(path)) return false;
  return PAGE.test(response.header('content-type') ?? '') && FACTS.every((name) => response.header(name) === undefined);
}
