import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { documented } from '@ossgrant/test-clients/compatibility-table';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { linkTo } from '@ossgrant/test-clients/link-to';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FILE_NAME_CLIENTS } from '../file-name-clients.ts';
import { chromiumVersion, launchChromium } from '../launch-chromium.ts';

const FILENAMES = [
  ['report.pdf', 'report 2026.pdf', ' leading and trailing .txt', "it's (1)*!.txt", 'a+b=c,d;e.txt', 'a#b~c^d.txt'],
  ['say "hi".txt', 'a&b.txt', '100%.txt', 'a%20b.txt', '.hidden.txt', `${'long '.repeat(38)}name.txt`],
  ['年度报告.pdf', '報告 2026 (最終).docx', 'отчёт.pdf', 'تقرير.pdf', 'e\u0301 decomposed.txt', '🎉 party 👩‍👩‍👧.png'],
  ['“curly”.txt', 'reports/2026/年度报告.pdf'],
].flat();

const installed = [
  findProgram({ command: 'curl', packages: 'curl' }),
  findProgram({ command: 'wget', packages: 'wget' }),
  findProgram({ command: 'aria2c', packages: 'aria2' }),
  chromiumVersion(),
];

// The holder's folders are not the link's to arrange.
const wantedOf = (filename: string): string => filename.slice(filename.lastIndexOf('/') + 1);

describe.skipIf(installed.includes(undefined))('a link saved under its file name', () => {
  let oss: LocalOss;
  let folder: string;
  let browser: BrowserContext;
  const saved = new Map<string, string>();
  beforeAll(async () => {
    oss = await startLocalOss();
    await oss.put('client-bucket', 'objects/0001', 'content');
    folder = await mkdtemp(join(tmpdir(), 'ossgrant-names-'));
    browser = await launchChromium(join(folder, 'profile'));
  });
  afterAll(async () => {
    await browser.close();
    await oss.close();
    await rm(folder, { recursive: true });
  });

  it('has twenty names to keep', () => {
    expect(new Set(FILENAMES).size).toBe(20);
  });

  describe.each(FILE_NAME_CLIENTS)('$name', ({ name, save, becomes }) => {
    const rows = FILENAMES.map((filename) => {
      const expected = becomes(wantedOf(filename));
      return [expected === wantedOf(filename) ? 'keeps' : 'changes', filename, expected] as const;
    });

    it.each(rows)('%s %j', async (_, filename, expected) => {
      const url = await linkTo(oss, 'v4', { key: 'objects/0001', download: { filename } });
      const inside = await mkdtemp(join(folder, 'run-'));
      await save(url, inside, browser);
      expect(await readdir(inside)).toEqual([expected]);
      expect(await readFile(join(inside, expected), 'utf8')).toBe('content');
      saved.set(`${name} ${filename}`, expected);
    });
  });

  it('stands in docs/compatibility.md as it was seen', async () => {
    const cell = (text: string): string => `\`${text.length > 40 ? `${text.slice(0, 20)}…${text.slice(-12)}` : text}\``;
    const kept = FILE_NAME_CLIENTS.map(
      ({ name }) => FILENAMES.filter((filename) => saved.get(`${name} ${filename}`) === wantedOf(filename)).length,
    );
    const lines = FILENAMES.map((filename) => {
      const cells = FILE_NAME_CLIENTS.map(({ name }) => {
        const result = saved.get(`${name} ${filename}`) ?? 'not run';
        return result === wantedOf(filename) ? 'kept' : cell(result);
      });
      return `| ${[cell(filename), ...cells].join(' | ')} |`;
    });
    const counts = kept.map((count) => `${count}/${FILENAMES.length}`);
    const heading = ['wanted', ...FILE_NAME_CLIENTS.map(({ name }) => name)];
    const section = [
      '## File names of links',
      '',
      `| ${heading.join(' | ')} |`,
      `|${'---|'.repeat(heading.length)}`,
      ...lines,
      `| kept | ${counts.join(' | ')} |`,
      '',
      'curl reads no `filename*`, and the manual of curl 8 still says so: it saves the ASCII form. wget decodes escapes twice.',
      'Chromium drops leading dots and spaces, composes accents, and writes `_` for what a file system or an eye may not take.',
    ].join('\n');
    console.log(`» names kept: ${FILE_NAME_CLIENTS.map(({ name }, index) => `${name} ${counts[index]}`).join(', ')}`);
    expect(await documented('file-names', section)).toBe(section);
  });
});
