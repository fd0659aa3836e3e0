import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '../open-browser.ts';
import { openStand, type Stand } from '../stand.ts';

const FILM = randomBytes(40 << 20);
let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({ 'reports/年度报告 1.bin': FILM, 'small.txt': 'hello' });
  browser = await openBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('downloads, checked, under its name', async () => {
  const { id, url } = await stand.share({ key: 'reports/年度报告 1.bin', maxUses: 3, label: 'Ann' });
  const page = await browser.open(url, {});
  await page.getByRole('button', { name: 'Download' }).waitFor();
  console.log(await page.locator('main').innerText());
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('年度报告 1.bin');
  expect(hash(await readFile(await download.path()))).toBe(hash(FILM));
  console.log(await page.locator('main').innerText());
  expect(await stand.uses(id)).toBe(1);
});
