import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

const NAMES = [
  ['report.pdf', 'report 2026.pdf', ' leading and trailing .txt', "it's (1)*!.txt", 'a+b=c,d;e.txt', 'a#b~c^d.txt'],
  [
    'say "hi".txt',
    'a&b.txt',
    '100%.txt',
    'a%20b.txt',
    '年度报告.pdf',
    '報告 2026 (最終).docx',
    'отчёт.pdf',
    'تقرير.pdf',
  ],
  ['Ünïcödé ß.txt', 'e\u0301 decomposed.txt', '🎉 party 👩‍👩‍👧.png', '“curly”.txt', '日本語ファイル名.txt', '€uro.txt'],
].flat();

let oss: LocalOss;
let folder: string;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'objects/0001', 'content');
  folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-names-'));
});
afterAll(async () => {
  await oss.close();
  await rm(folder, { recursive: true });
});

/** Lets a program save a link into an empty folder. @returns the name it chose */
async function savedName(filename: string, command: string, args: readonly string[]): Promise<readonly string[]> {
  const { endpoint, region, owner: credentials } = oss;
  const presigner = createPresigner({ endpoint, region, bucket: 'my-bucket', credentials });
  const { url } = await presigner.presign({ key: 'objects/0001', download: { filename } });
  const inside = await mkdtemp(path.join(folder, 'run-'));
  await runProgram(command, [...args, url], { LC_ALL: 'C.UTF-8' }, inside);
  return readdir(inside);
}

// eslint-disable-next-line no-control-regex -- beyond ASCII is what is looked for
const isPlain = (name: string): boolean => !/[^\x20-\x7e]|["%&]/.test(name);

const hasEscape = (name: string): boolean => /%[0-9a-f]{2}/i.test(name);

describe('a link saved under its file name', () => {
  it('has twenty names to keep', () => {
    expect(new Set(NAMES).size).toBe(20);
  });

  const wget = (name: string) => savedName(name, 'wget', ['-q', '--content-disposition']);

  it.each(NAMES.filter((name) => !hasEscape(name)))('wget keeps %j', async (name) => {
    expect(await wget(name)).toEqual([name]);
  });

  it.each(NAMES.filter(hasEscape))('wget, which decodes a name twice, changes %j', async (name) => {
    expect(await wget(name)).toEqual([decodeURIComponent(name)]);
  });

  it.each(NAMES.filter(isPlain))('curl keeps %j', async (name) => {
    expect(await savedName(name, 'curl', ['-sSfOJ'])).toEqual([name]);
  });

  it.each(NAMES.filter((name) => !isPlain(name)))('curl, which reads no filename*, replaces in %j', async (name) => {
    const replaced = name.replace(/[^\x20-\x7e]|["%&]/gu, '_');
    expect(await savedName(name, 'curl', ['-sSfOJ'])).toEqual([replaced]);
  });
});
