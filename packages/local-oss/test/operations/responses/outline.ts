import { expect } from 'vitest';
import { parseXml, type XmlElement } from '../../../src/http/xml-reader.ts';
import type { Answer, Ask } from '../../kit.ts';

/**
 * A row of a table of responses: status, the operation's own headers in any order, and the elements of its body in theirs,
 * as the vendor's page, an official SDK or a recorded response of the service has them.
 */
export type Row = readonly [
  name: string,
  /** `METHOD key?query`. */
  request: string,
  status: number,
  headers: string,
  elements?: string,
  more?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
];

/** Takes a row's request apart. @param ids values that are known only when the row runs, by the name in its query */
export function askOf(request: string, ids: ReadonlyMap<string, string> = new Map()): Ask {
  const [, method = '', key = '', query = ''] = /^(\S+) ([^?]*)\??(.*)$/.exec(request) ?? [];
  const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='));
  const valued = pairs.map(([name = '', value]) => [name, value === undefined ? null : (ids.get(value) ?? value)]);
  return { method, ...(key === '' ? {} : { key }), query: Object.fromEntries(valued) as Record<string, string | null> };
}

/** What a row expects. */
export function outlineIn([, , status, headers, elements = '']: Row): Outline {
  const names = headers.split(' ').filter((name) => name !== '');
  return { status, headers: names.toSorted(), elements };
}

/** A success without its values. */
export interface Outline {
  readonly status: number;
  /** Names of the headers that not every response has, in order of the alphabet. */
  readonly headers: readonly string[];
  /** Elements of the body, in their own order; `''` for another body, and for none. */
  readonly elements: string;
}

// Of every response. `Connection` is that of one request.
const COMMON = ['connection', 'content-length', 'date', 'server', 'x-oss-request-id', 'x-oss-server-time'];
const TIMES = new Set(['CreationDate', 'Initiated', 'LastModified']);
const ETAG = /^"[0-9A-F]{32}(-\d+)?"$/;

/** Outlines a response, and checks on the way what holds for every one. */
export function outlineOf({ status, headers, text, body }: Answer): Outline {
  expect(headers).toMatchObject({
    server: 'AliyunOSS',
    'x-oss-request-id': expect.stringMatching(/^[0-9A-F]{24}$/) as unknown,
    'x-oss-server-time': expect.stringMatching(/^\d+$/) as unknown,
  });
  for (const time of [headers.date, headers['last-modified']]) {
    if (time !== undefined) expect(new Date(time).toUTCString()).toBe(time);
  }
  if (headers.etag !== undefined) expect(headers.etag).toMatch(ETAG);
  if (body.length > 0) expect(headers['content-length']).toBe(String(body.length));
  const isXml = headers['content-type'] === 'application/xml';
  if (isXml) expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<.*>\n$/s);
  return {
    status,
    headers: Object.keys(headers)
      .filter((name) => !COMMON.includes(name) && !(isXml && name === 'content-type'))
      .toSorted(),
    elements: isXml ? element(parseXml(text)) : '',
  };
}

// Elements of one form that follow each other are written once.
function element({ name, text, children }: XmlElement): string {
  if (TIMES.has(name)) expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  if (name === 'ETag') expect(text).toMatch(ETAG);
  const inner = children.map(element).filter((outline, index, all) => outline !== all[index - 1]);
  return inner.length === 0 ? name : `${name}(${inner.join(' ')})`;
}
