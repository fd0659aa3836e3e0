import { resolveEndpoint, signUrlV1, signUrlV4, type SignedRequest } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRecordingServer, type RecordingServer } from './recording-server.ts';
import { runProgram } from '@ossgrant/test-kit/run-program';

const BUCKET = 'examplebucket';
const CREDENTIALS = { accessKeyId: 'STS.example', accessKeySecret: 'secret', securityToken: 'CAIS+/token==' };
const AT = { date: new Date('2026-01-02T03:04:05Z'), expiresInSeconds: 900 };

const KEYS = [
  ['plain.txt', 'dir/sub dir/file name.txt', 'trailing/', 'a//b', 'a///b//', 'a/b//../c'],
  ['a/../b', 'a/./b', '../a', './a', 'a/..', 'a/.', '../..', './.', '.././a', 'a/../../b', 'a/..//b', 'a//../b'],
  ['.hidden', 'a/.hidden', 'a/...', '.../a', 'a/..b', 'a/b..', 'a./b', 'trailing.', 'trailing ', ' leading', 'a . b'],
  ['a+b', '+', 'a%b', '%', '100%', '%2F', 'a%2Fb', 'a%2e%2e/b', '%2e%2e/a', 'a/%2E/b', '%00', '%C3%28', '%u4e2d'],
  ['中文/文件 名.txt', 'e\u0301', '\u00e9', '😀/🎉.png', 'Ünïcödé/ß.JPG', 'مرحبا', '\u202edesrever', '\u200bzero'],
  [
    `it's`,
    'say "hi"',
    '`tick`',
    'a#b',
    'a&b',
    'a;b',
    'a;b=c/d',
    '~',
    'a~b',
    '~/a',
    'a=b',
    'a,b',
    'a:b',
    'a@b',
    '$HOME',
  ],
  [
    'back\\slash',
    'a\\..\\b',
    '(a)!*',
    '<a>',
    '{a,b}',
    '[1-3]',
    'a|b',
    '^a',
    'a*b',
    'http://example.com/x',
    'a'.repeat(1023),
  ],
].flat();
// V1 refuses these: it cannot sign them safely.
const KEYS_OF_V4 = ['a?b', '?', 'a?x-oss-signature=1', 'dir/?/a', '??'];

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.close());

type Get = (url: string) => Promise<unknown>;
const wget = (options: readonly string[], locale: string): Get => {
  const always = ['--no-config', '--quiet', '--output-document=-'];
  return (url) => runProgram('wget', [...always, ...options, url], { LC_ALL: locale });
};

/** A recipient's program, called as a recipient calls it: nothing but the URL decides the request. */
const CLIENTS: readonly { readonly name: string; readonly get: Get }[] = [
  { name: 'curl', get: (url) => runProgram('curl', ['--disable', '--silent', '--show-error', url]) },
  { name: 'wget', get: wget([], 'C.UTF-8') },
  { name: 'wget --no-iri outside UTF-8', get: wget(['--no-iri'], 'C') },
  { name: 'fetch', get: async (url) => (await fetch(url)).text() },
  { name: 'fetch of a URL object', get: async (url) => (await fetch(new URL(url))).text() },
];

const PLAIN_NAME = 'attachment; filename="a b+c.txt"';
const ENCODED_NAME = `${PLAIN_NAME}; filename*=UTF-8''%E4%B8%AD.txt`;

const requestFor = (key: string, disposition = ENCODED_NAME): Parameters<typeof signUrlV4>[0] => ({
  method: 'GET',
  endpoint: resolveEndpoint({ endpoint: server.endpoint, region: 'cn-hangzhou' }),
  bucket: BUCKET,
  key,
  query: { 'response-content-disposition': disposition, acl: null },
});

/** What a server takes from a request target. */
function decoded(target: string): readonly string[] {
  const [path = '', search = ''] = target.split('?', 2);
  return [path, ...search.split('&')].map((part) => decodeURIComponent(part));
}

describe.each(CLIENTS)('$name', ({ get }) => {
  async function expectArrival(signed: SignedRequest, key: string): Promise<void> {
    await get(signed.origin + signed.path);
    expect(server.take()).toEqual([signed.path]);
    expect(decodeURIComponent(signed.path.split('?')[0] ?? '')).toBe(`/${BUCKET}/${key}`);
  }

  it.each([...KEYS, ...KEYS_OF_V4])('asks for exactly what V4 signed: %j', async (key) => {
    await expectArrival(signUrlV4(requestFor(key), CREDENTIALS, AT), key);
  });

  it.each(KEYS)('asks for exactly what V1 signed: %j', async (key) => {
    const request = { ...requestFor(key), query: { 'response-content-type': 'text/plain; charset=utf-8', acl: null } };
    await expectArrival(signUrlV1(request, CREDENTIALS, AT), key);
  });
});

// wget 1.21 in a locale that is not UTF-8 - a container without LANG is one - takes escapes of unreserved characters and
// of "%" before two hex digits out of a URL before it sends it.
describe('wget outside UTF-8', () => {
  const get = wget([], 'C');
  const literalEscape = (key: string): boolean => /%[0-9a-f]{2}/i.test(key);

  it.each([...KEYS, ...KEYS_OF_V4].filter((key) => !literalEscape(key)))(
    'spells the request otherwise, and asks for the same key and parameters: %j',
    async (key) => {
      const signed = signUrlV4(requestFor(key, PLAIN_NAME), CREDENTIALS, AT);
      await get(signed.origin + signed.path);
      expect(server.take().map(decoded)).toEqual([decoded(signed.path)]);
    },
  );

  it.each(['%25E4', '%25%45%34'])(
    'asks for another key where one holds a literal "%%E4", however the URL writes it: %s',
    async (written) => {
      await get(`${server.endpoint}/${BUCKET}/${written}`);
      expect(server.take()).toEqual([`/${BUCKET}/%E4`]);
    },
  );
});

describe('why dot segments are written with %2F', () => {
  it.each(CLIENTS)('$name removes them from a path that keeps its slashes', async ({ get }) => {
    await get(`${server.endpoint}/${BUCKET}/a/../b`);
    expect(server.take()).toEqual([`/${BUCKET}/b`]);
  });
});

it('a program that is not there is an error, not a test that is passed over', async () => {
  await expect(runProgram('no-such-program-ossgrant', [])).rejects.toThrow(/must be installed/);
});
