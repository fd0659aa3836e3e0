import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DownloadError } from '../../src/download-error.ts';
import type { DownloadResult } from '../../src/download.ts';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import type { FileDownloadOptions } from '../../src/file/job.ts';
import type { RequestSource } from '../../src/request-source.ts';
import { fromLinks } from '../../src/sources/from-url.ts';
import { AT_ONCE, headersOf, serveWell, type Trouble, temporaryFolder } from '../kit.ts';

/** The object of these tests: five parts. */
export const BYTES: Buffer = Buffer.from(
  Array.from({ length: 400_003 }, (_, index) => (index * 13 + (index >> 10)) % 256),
);
export const PART = 100_000;
export const PARTS = 5;

/** What a file of this download is to be after it, if it is not an older one's content. */
export interface CaseOptions extends FileDownloadOptions {
  readonly path?: string;
  readonly content?: Uint8Array;
  /** Whether nothing else lies beside the target. @default true */
  readonly isAlone?: boolean;
}

/** Where an older file lies. */
export async function target(): Promise<string> {
  const path = join(await temporaryFolder(), 'a.bin');
  await writeFile(path, 'older');
  return path;
}

/** One object under one link: a checkpoint of one run fits the next. */
export const linkTo = (url: string): RequestSource => fromLinks(async () => url, 'the object');

/** Gives these links one after the other, the last one for good. */
export function sequence(...urls: readonly string[]): RequestSource {
  let count = 0;
  return {
    identity: 'the object',
    async prepare(attempt) {
      const url = urls[Math.min(count, urls.length - 1)] ?? '';
      count += 1;
      return linkTo(url).prepare(attempt);
    },
  };
}

function download(source: RequestSource | string, path: string, options: CaseOptions): Promise<DownloadResult> {
  const { path: _path, content: _content, isAlone: _isAlone, ...rest } = options;
  const retry = { ...AT_ONCE, maxFailures: 3, ...options.retry };
  return downloadToFile(typeof source === 'string' ? linkTo(source) : source, path, {
    partSize: PART,
    connections: 2,
    ...rest,
    retry,
  });
}

/** The download ends in the right file, and nothing is beside it. */
export async function expectFile(source: RequestSource | string, options: CaseOptions = {}): Promise<DownloadResult> {
  const path = options.path ?? (await target());
  const result = await download(source, path, options);
  expect((await readFile(path)).equals(options.content ?? BYTES)).toBe(true);
  if (options.isAlone !== false) expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
  return result;
}

/** The download ends in an error, the older file is as it was, and beside it is the resumable pair or nothing. */
export async function expectFailure(source: RequestSource | string, options: CaseOptions = {}): Promise<unknown> {
  const path = options.path ?? (await target());
  const error: unknown = await download(source, path, options).then(
    () => expect.fail('the download did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(await readFile(path, 'utf8')).toBe('older');
  const pair = ['a.bin.ossgrant-part', 'a.bin.ossgrant-part.json'];
  if (options.isAlone !== false)
    expect([['a.bin'], ['a.bin', ...pair]]).toContainEqual(await readdir(join(path, '..')));
  return error;
}

/** As `expectFailure`; the error is typed. */
export async function expectRefusal(
  source: RequestSource | string,
  facts: Partial<Pick<DownloadError, 'code' | 'retryable' | 'status'>>,
  options: CaseOptions = {},
): Promise<DownloadError> {
  const error = await expectFailure(source, options);
  expect(error).toBeInstanceOf(DownloadError);
  expect(error).toMatchObject(facts);
  return error as DownloadError;
}

/** Trouble with one request only, by its count. */
export const only =
  (wanted: number, trouble: Trouble): Trouble =>
  (request, response, count) =>
    count === wanted ? trouble(request, response, count) : false;

/** Trouble with every request from one on. */
export const from =
  (first: number, trouble: Trouble): Trouble =>
  (request, response, count) =>
    count >= first ? trouble(request, response, count) : false;

/** Answers with this, whatever was asked. */
export const answer =
  (status: number, headers: Record<string, string> = {}, body: Uint8Array | string = ''): Trouble =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

/** First byte and length of the requested range. */
export function asked(range: string | undefined): { readonly start: number; readonly length: number } {
  const [, start = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  return { start: Number(start), length: (last === '' ? BYTES.length : Number(last) + 1) - Number(start) };
}

/** Answers with the part that is asked for, its headers or bytes changed. */
export const part =
  (headers: Record<string, string>, bytes: Uint8Array = BYTES): Trouble =>
  (request, response) => {
    const { start: at, length } = asked(request.headers.range);
    response.writeHead(206, {
      ...headersOf(BYTES),
      'content-length': String(length),
      'content-range': `bytes ${at}-${at + length - 1}/${BYTES.length}`,
      ...headers,
    });
    response.end(bytes.subarray(at, at + length));
    return true;
  };

/** Serves other bytes as if they were the object's. */
export const forged =
  (bytes: Uint8Array, sum: string): Trouble =>
  (request, response) => {
    serveWell(bytes, request, response, sum);
    return true;
  };
