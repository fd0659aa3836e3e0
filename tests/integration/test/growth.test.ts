import { readdirSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { type CredentialSource, toProvider } from '@ossgrant/credentials-core';
import { parseHttpDate, parseInstant, proxyFor } from '@ossgrant/credentials-core/internal';
import { applicationServer } from '@ossgrant/credentials-remote';
import { fromEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile, fromOssutilConfig } from '@ossgrant/credentials-static/files';
import { assumeRole, sessionNameFor } from '@ossgrant/credentials-sts';
import { explainPolicy, lintPolicy, simulatePolicy } from '@ossgrant/credentials-sts/policy';
import { fromUrl, safeFileName } from '@ossgrant/http-downloader';
import { parseOssError, resolveEndpoint } from '@ossgrant/signer-core';
import { createPresigner } from '@ossgrant/url-presigner';
import { explain } from '@ossgrant/url-presigner/explain';
import { inspectUrl } from '@ossgrant/url-presigner/inspect';
import { signPlaylist } from '@ossgrant/url-presigner/playlist';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PACKAGES = path.join(import.meta.dirname, '../../../packages');
const presigner = createPresigner({
  region: 'cn-hangzhou',
  bucket: 'my-bucket',
  credentials: { accessKeyId: 'id', accessKeySecret: 's' },
});
const HOST = 'https://b.oss-cn-hangzhou.aliyuncs.com/';
const SIGNED = 'x-oss-credential=LTAI%2F20260101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20260101T000000Z';

/** The piece of a long text that is hard to read. */
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
  'presign, in a file name': (text) => presigner.presign({ key: 'a', download: { filename: text } }),
  resolveEndpoint: (text) => resolveEndpoint({ endpoint: `oss-cn-hangzhou.aliyuncs.com${text}` }),
  'parseOssError, in the body': (text) =>
    parseOssError({ status: 403, header: () => undefined, body: `<Error><Code>${text}` }),
  'parseOssError, in a header': (text) => parseOssError({ status: 403, header: () => text }),
  'proxyFor, in NO_PROXY': (text) => proxyFor('https://a.example', { NO_PROXY: text, HTTPS_PROXY: 'http://p' }),
  instants: (text) => [parseInstant(`2026-01-01T00:00:00${text}`), parseHttpDate(`Sun, 06 Nov 1994${text}`)],
  fromEnvironment: (text) => taken(fromEnvironment({ env: { OSS_ACCESS_KEY_ID: 'i', OSS_ACCESS_KEY_SECRET: text } })),
  fromCliConfig: (text) => taken(fromCliConfig({ ...file(text), sources: {} })),
  'fromCliConfig, in JSON': (text) => taken(fromCliConfig(file(JSON.stringify({ profiles: [{ name: text }] })))),
  fromCredentialsFile: (text) => taken(fromCredentialsFile(file(`[default]\n${text}`))),
  fromOssutilConfig: (text) => taken(fromOssutilConfig(file(`[Credentials]\naccessKeyID = ${text}`))),
  applicationServer: (text) =>
    taken(applicationServer({ url: 'https://a.example', fetch: async () => new Response(text) })),
  'applicationServer, in JSON': (text) =>
    taken(
      applicationServer({
        url: 'https://a.example',
        fetch: async () => Response.json({ Credentials: { AccessKeyId: text } }),
      }),
    ),
  'assumeRole, in a refusal': (text) =>
    taken(
      assumeRole({
        caller: { accessKeyId: 'i', accessKeySecret: 's' },
        roleArn: 'acs:ram::1:role/reader',
        sessionName: 'alice',
        scope: 'whole-role',
        fetch: async () => Response.json({ Code: text, Message: text }, { status: 400 }),
      }),
    ),
  sessionNameFor: (text) => sessionNameFor(text),
  lintPolicy: (text) => lintPolicy(text),
  'explainPolicy, in a resource': (text) => explainPolicy(policyFor(text)),
  'simulatePolicy, in a resource': (text) => simulated(policyFor(text), 'key'),
  'simulatePolicy, in a key': (text) => simulated(policyFor('a*b*c'), `a${text}`),
  fromUrl: (text) => fromUrl(`${HOST}k?${SIGNED}&${text}`),
  'safeFileName, of a header': (text) => safeFileName({ contentDisposition: `attachment; filename*=${text}` }),
  'safeFileName, of words in a header': (text) =>
    safeFileName({ contentDisposition: `attachment; filename="=?utf-8?q?${text}` }),
  'safeFileName, of a key': (text) => safeFileName({ key: text }),
};

const taken = (source: CredentialSource): unknown => toProvider(source).getCredentials();
const file = (text: string) => ({ path: '/nowhere/file', env: {}, readFile: async () => text });
const policyFor = (text: string) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: `acs:oss:*:*:my-bucket/${text}` }],
});
const simulated = (policy: ReturnType<typeof policyFor>, key: string): unknown =>
  simulatePolicy({ policies: [policy], action: 'oss:GetObject', bucket: 'my-bucket', key });

const session = new Session();
beforeAll(async () => {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
});
afterAll(async () => {
  // Other files run in this process, and counting slows them.
  await session.post('Profiler.stopPreciseCoverage');
  await session.post('Profiler.disable');
  session.disconnect();
});

/** Reads texts, and counts how often each block of the packages’ code ran. */
async function stepsOf(read: Read, texts: readonly string[]): Promise<number> {
  for (const text of texts) {
    try {
      await read(text);
    } catch (error) {
      expect((error as Error).name).toMatch(
        /^(?:TypeError|RangeError|CredentialError|DownloadError|PresignError|SessionPolicyError|SigningError)$/,
      );
    }
  }
  // Counts start anew with each.
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const own = result.filter(({ url }) => /\/packages\/[^/]+\/src\//.test(url));
  return own
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

/** Whether a text that is ten times as long costs more than ten times the steps. */
async function growsTooFast(read: Read, units: readonly string[]): Promise<boolean> {
  const of = (length: number): Promise<number> =>
    stepsOf(
      read,
      units.map((unit) => unit.repeat(length / unit.length)),
    );
  // One-time work is done before.
  await of(30);
  const [one, ten, hundred] = [await of(40), await of(400), await of(4000)];
  expect(one, 'steps that were counted').toBeGreaterThan(0);
  // Some have work that only a longer text brings, up to a limit.
  const more = 500 * units.length;
  return ten > one * 11 + more || hundred > one * 110 + more;
}

describe('a text that is ten times as long costs at most ten times the steps', () => {
  it('is seen where it costs more', async () => {
    const linear: Read = (text) => Array.from(text, () => parseInstant(''));
    const quadratic: Read = (text) => Array.from(text.slice(0, text.length / 30), () => linear(text));
    expect([await growsTooFast(linear, ['a']), await growsTooFast(quadratic, ['a'])]).toEqual([false, true]);
  });

  it.each(Object.keys(READERS))('%s', async (name) => {
    const read = READERS[name] ?? (() => {});
    // All at once is quicker; one that grows too fast shows in the sum, too.
    if (!(await growsTooFast(read, UNITS))) return;
    const found: string[] = [];
    for (const unit of UNITS) if (await growsTooFast(read, [unit])) found.push(unit);
    expect(found, 'units whose repetition costs too many steps').toBe('none');
  });
});

// Within one regular expression no step is counted. A search without an anchor starts at every place, so what it begins with must not
// run on: it would read the rest of the text from each of them.
describe('no regular expression searches from every place to the end', () => {
  const files = readdirSync(PACKAGES).flatMap((name) =>
    readdirSync(path.join(PACKAGES, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((source) => source.endsWith('.ts'))
      .map((source) => path.join(name, 'src', source)),
  );
  const found = files.flatMap((name) =>
    [
      ...readFileSync(path.join(PACKAGES, name), 'utf8').matchAll(
        /(?<=[(=:,|&?\s[])\/(?![/*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[.,;)\s\]])/g,
      ),
    ].map(([, source = '', flags = '']) => ({ name, source, flags })),
  );

  it('is looked for in all of them', () => expect(found.length).toBeGreaterThan(300));

  it.each(found)('$name: $source', ({ source, flags }) => {
    // Alone it matches wherever it begins, and so reads each place once.
    const first = /^(?:\(\?[:<!=]{1,2}|\()*(?:\[(?:[^\]\\]|\\.)*\]|\\.|[^\\[(])(?:[+*]|\{\d+,\})./.test(source);
    const anchored = source.startsWith('^') || flags.includes('y');
    expect(first && !anchored ? source : undefined).toBeUndefined();
  });
});
