import { readdir } from 'node:fs/promises';
import { runProgram } from '@ossgrant/test-kit/run-program';
import type { BrowserContext } from 'playwright-core';
import { expect } from 'vitest';

/** A program that saves a link under the name that the link gives. */
export interface FileNameClient {
  readonly name: string;
  /** Saves the link in an empty folder. */
  save(url: string, folder: string, browser: BrowserContext): Promise<unknown>;
  /** The name that it makes of the one that was wanted: how it differs is a fact about the client. */
  becomes(wanted: string): string;
}

const UTF8 = { LC_ALL: 'C.UTF-8' };

export const FILE_NAME_CLIENTS: readonly FileNameClient[] = [
  {
    name: 'curl -OJ',
    save: (url, folder) => runProgram('curl', ['-sSfOJ', url], UTF8, folder),
    // It reads no `filename*`, and so saves the ASCII form.
    becomes: (wanted) => wanted.replace(/[^\x20-\x7e]|["%&]/gu, '_'),
  },
  {
    name: 'wget --content-disposition',
    save: (url, folder) => runProgram('wget', ['--no-config', '-q', '--content-disposition', url], UTF8, folder),
    // It decodes escapes twice.
    becomes: (wanted) => (/%[0-9a-f]{2}/i.test(wanted) ? decodeURIComponent(wanted) : wanted),
  },
  {
    name: 'aria2',
    save: (url, folder) => runProgram('aria2c', ['--no-conf', '-q', url], UTF8, folder),
    becomes: (wanted) => wanted,
  },
  {
    name: 'Chromium',
    async save(url, folder, browser): Promise<void> {
      const page = await browser.newPage();
      const session = await browser.newCDPSession(page);
      await session.send('Browser.setDownloadBehavior', {
        behavior: 'allow',
        downloadPath: folder,
        eventsEnabled: true,
      });
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.setContent(`<iframe src="${url.replaceAll('&', '&amp;')}"></iframe>`),
      ]);
      const failure = await download.failure();
      if (failure !== null) throw new Error(`Chromium did not save the link: ${failure}`);
      expect(await readdir(folder)).toEqual([download.suggestedFilename()]);
      await page.close();
    },
    // Characters that a file system may refuse or an eye may miss become `_`; leading dots and spaces are dropped.
    becomes: (wanted) =>
      wanted
        .normalize('NFC')
        .replace(/^[. ]+/, '')
        .replace(/["*/:<>?\\|\u200d]/gu, '_'),
  },
];
