import { readdirSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentDisposition } from '../src/build-query.ts';
import { createPresigner } from '../src/create-presigner.ts';
import { explain } from '../src/explain/explain.ts';
import { inspectUrl } from '../src/inspect/inspect-url.ts';
import { signPlaylist } from '../src/playlist.ts';

const SOURCES = path.join(import.meta.dirname, '../src');
const presigner = createPresigner({
  region: 'cn-hangzhou',
  bucket: 'my-bucket',
  credentials: { accessKeyId: 'id', accessKeySecret: 's' },
});
const HOST = 'https://b.oss-cn-hangzhou.aliyuncs.com/';
const SIGNED = 'x-oss-credential=LTAI%2F20260101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20260101T000000Z';

/** What is repeated to make a long text that is hard to read. */
const UNITS = [
  ' ',
  'a',
  '%25',
  '&',
  '=',
  '+',
  '/',
  '../',
  '?',
  '#',
  '&amp;',
  '\n',
  '"',
  "utf-8''",
  'x-oss-signature=',
  ',URI="',
];

type Read = (text: string) => unknown;
const READERS: Readonly<Record<string, Read>> = {
  'inspectUrl, in the path': (text) => inspectUrl(HOST + text),
  'inspectUrl, in the query': (text) => inspectUrl(`${HOST}k?${SIGNED}&${text}`),
  'explain, in the link': (text) => explain({ url: `${HOST}k?${SIGNED}&${text}` }),
  'explain, in a link that is damaged': (text) => explain({ url: `${HOST}k?a&amp;${SIGNED}${text}` }),
  'explain, in the error': (text) => explain({ url: `${HOST}k`, error: `<Code>AccessDenied</Code>${text}` }),
  'explain, in an error of an SDK': (text) => explain({ url: `${HOST}k`, error: `'Code': '${text}` }),
  'signPlaylist, in a line': (text) => signPlaylist(`#EXTM3U\n${text}`, { presigner, key: 'hls/index.m3u8' }),
  'signPlaylist, in a tag': (text) => signPlaylist(`#EXTM3U\n#EXT-X-KEY:${text}`, { presigner, key: 'hls/index.m3u8' }),
  contentDisposition: (text) => contentDisposition({ filename: text }),
};

const session = new Session();
beforeAll(async () => {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
});
afterAll(() => session.disconnect());

/** Runs it, and counts how often each block of this package's code ran. */
async function stepsOf(read: Read, text: string): Promise<number> {
  await session.post('Profiler.takePreciseCoverage');
  try {
    await read(text);
  } catch (error) {
    expect((error as Error).name).toMatch(/^(TypeError|RangeError)$/);
  }
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const own = result.filter(({ url }) => url.includes('/url-presigner/src/') || url.includes('/signer-core/src/text/'));
  expect(own.length).toBeGreaterThan(0);
  return own
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

describe('a text that is ten times as long costs at most ten times the steps', () => {
  it.each(Object.keys(READERS))('%s', async (name) => {
    const read = READERS[name] ?? (() => {});
    for (const unit of UNITS) {
      const of = (length: number): Promise<number> => stepsOf(read, unit.repeat(length / unit.length));
      await of(30);
      const [one, ten, hundred] = [await of(120), await of(1200), await of(12_000)];
      // Beyond the limits of length there is nothing to read.
      expect(ten, JSON.stringify(unit)).toBeLessThanOrEqual(one * 11 + 500);
      expect(hundred, JSON.stringify(unit)).toBeLessThanOrEqual(one * 110 + 500);
    }
  });
});

// Within one regular expression no step is counted. A search without an anchor starts at every place, so what it begins with must not
// run on: it would read the rest of the text from each of them.
describe('no regular expression searches from every place to the end', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const found = files.flatMap((name) =>
    [
      ...readFileSync(path.join(SOURCES, name), 'utf8').matchAll(
        /(?<=[(=:,|&?\s[])\/(?![/*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[.,;)\s\]])/g,
      ),
    ].map(([, source = '', flags = '']) => ({ name, source, flags })),
  );

  it('is looked for in all of them', () => expect(found.length).toBeGreaterThan(60));

  it.each(found)('$name: $source', ({ source, flags }) => {
    // Alone it matches wherever it begins, and so reads each place once.
    const first = /^(?:\(\?[:<!=]{1,2}|\()*(?:\[(?:[^\]\\]|\\.)*\]|\\.|[^\\[(])(?:[+*]|\{\d+,\})./.test(source);
    const anchored = source.startsWith('^') || flags.includes('y');
    expect(first && !anchored ? source : undefined).toBeUndefined();
  });
});
