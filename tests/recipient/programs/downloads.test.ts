import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Download, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, takePicture, type TestBrowser } from '../open-browser.ts';
import { hash, hashOf, press, waitForStored } from '../press.ts';
import { openStand, type Stand } from '../stand.ts';

const FILM = randomBytes(18 << 20);
const SMALL = randomBytes(100_000);
const NAMES = [
  ['report 2026.pdf', "it's (1)*!.txt", 'a+b=c,d;e.txt', 'a#b~c^d.txt', 'say "hi".txt', 'a&b.txt', '100%.txt'],
  ['a%20b.txt', '.hidden.txt', '年度报告.pdf', '報告 2026 (最終).docx', 'отчёт.pdf', 'تقرير.pdf', '🎉 party.png'],
].flat();

let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({
    'film.mp4': FILM,
    'small.bin': SMALL,
    ...Object.fromEntries(NAMES.map((name, index) => [`names/${name}`, `content ${index}`])),
    ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`eight/${index}.bin`, SMALL.subarray(index)])),
  });
  browser = await openBrowser();
}, 120_000);
beforeEach(() => {
  stand.oss.faults.clear();
  stand.cors({});
});
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

test('pauses, survives a reload and the end of its URL, and saves the right bytes as one use', async () => {
  const { id, url } = await stand.share({ key: 'film.mp4', maxUses: 1 });
  const page = await browser.open(url);
  // The first part comes whole, the others stop in the middle.
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', skip: 1, times: 2, stallAfterBytes: 1 << 20 });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await waitForStored(page, 8e6);
  await takePicture(page, 'running');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused at').waitFor();
  await takePicture(page, 'paused');
  stand.oss.faults.clear();
  stand.advance(61_000);
  await page.reload();
  const asked = stand.oss.journal.entries().length;
  const download = await press(page, 'Resume');
  expect(await hashOf(download)).toBe(hash(FILM));
  expect(download.suggestedFilename()).toBe('film.mp4');
  await page.getByText('every byte is as it was sent').waitFor();
  await takePicture(page, 'done');
  const later = stand.oss.journal.entries().slice(asked);
  // What the first part brought is not asked for again: two ranges, each after the browser's question, and the page's HEAD.
  expect(later.length).toBeLessThan(7);
  expect(await stand.uses(id)).toBe(1);
  await page.context().close();
}, 180_000);

test('says so when the share is withdrawn in the middle', async () => {
  const { id, url } = await stand.share({ key: 'film.mp4' });
  const page = await browser.open(url);
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', times: 3, cutAfterBytes: 1 << 20 });
  await stand.change(id, 'revoke');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await page.getByText('This link was withdrawn').waitFor();
  expect(await page.getByRole('button', { name: 'Let the browser download it' }).count()).toBe(0);
  await takePicture(page, 'withdrawn-in-the-middle');
  await page.context().close();
}, 60_000);

test('goes on after cut connections and a restart of the server', async () => {
  const { url } = await stand.share({ key: 'film.mp4' });
  const page = await browser.open(url);
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', times: 4, cutAfterBytes: 2 << 20 });
  await page.getByRole('button', { name: 'Download', exact: true }).waitFor();
  await stand.stop();
  // The page has its script, but the parts that are loaded when they are pressed come from the server.
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await stand.listen();
  expect(await hashOf(await press(page, 'Try again'))).toBe(hash(FILM));
  await page.context().close();
}, 120_000);

test('does not save wrong bytes', async () => {
  const { url } = await stand.share({ key: 'small.bin' });
  stand.oss.faults.add({ key: 'small.bin', method: 'GET', times: Infinity, flipByteAt: 5 });
  const page = await browser.open(url);
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const downloads: Download[] = [];
  page.on('download', (download) => void downloads.push(download));
  await page.getByText('arrived damaged').waitFor({ timeout: 60_000 });
  expect(downloads).toEqual([]);
  await page.context().close();
}, 90_000);

test('says that it could not check where the rules hide the checksum, and lets the browser do it where there are none', async () => {
  const { url } = await stand.share({ key: 'small.bin' });
  stand.cors({ exposeHeaders: [] });
  const page = await browser.open(url);
  expect(await hashOf(await press(page, 'Download'))).toBe(hash(SMALL));
  await page.getByText('Not checked').waitFor();
  await takePicture(page, 'not-checked');
  await page.context().close();

  stand.cors({ allowedOrigins: ['https://elsewhere.example.com'] });
  const other = await browser.open(url);
  const download = await press(other, 'Download');
  expect(await hashOf(download)).toBe(hash(SMALL));
  await other.getByText('cannot check it').waitFor();
  await other.context().close();
}, 120_000);

test('makes one ZIP of many, under their names, as one use', async () => {
  const { id, url } = await stand.share({ prefix: 'names/', maxUses: 1, password: 'open sesame' });
  const page = await browser.open(url);
  await page.getByLabel('Password').fill('open sesame');
  await page.getByRole('button', { name: 'Open' }).click();
  const download = await press(page, 'Download all as ZIP');
  const file = await download.path();
  const { stdout } = await promisify(execFile)('unzip', ['-t', file]);
  expect(stdout).toContain('No errors detected');
  const script = 'import sys,zipfile,json;print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))';
  const listed = await promisify(execFile)('/usr/bin/python3', ['-c', script, file]);
  const expected = NAMES.map((name) => name.replaceAll(/["*]/g, '_'));
  expect((JSON.parse(listed.stdout) as string[]).sort()).toEqual(expected.sort());
  await page.getByText('Each was checked').waitFor();
  await page.getByText(/^0$/).waitFor();
  // Another selection may follow.
  await page.getByRole('button', { name: 'Download all as ZIP' }).waitFor();
  await takePicture(page, 'zip');
  expect(await stand.uses(id)).toBe(1);
  await page.context().close();
}, 120_000);

test('signs by itself where the share gives credentials: asked for once for eight downloads in two tabs, and once more when they end', async () => {
  const { id, url } = await stand.share({ prefix: 'eight/', allow: ['credentials'] });
  stand.grants.count = 0;
  const page = await browser.open(url);
  const other = await page.context().newPage();
  await other.goto(url);
  const save = async (tab: Page, numbers: readonly number[]): Promise<void> => {
    const downloads: Download[] = [];
    const all = new Promise<void>((resolve) => {
      tab.on('download', (download) => {
        if (downloads.push(download) === numbers.length) resolve();
      });
    });
    for (const n of numbers) await tab.getByRole('button', { name: `Download ${n}.bin` }).click();
    await all;
    tab.removeAllListeners('download');
    const hashes = await Promise.all(downloads.map(hashOf));
    expect(hashes.sort()).toEqual(numbers.map((n) => hash(SMALL.subarray(n))).sort());
  };
  await Promise.all([save(page, [0, 1]), save(other, [2, 3])]);
  expect(stand.grants.count).toBe(1);
  // Hours later by the clocks of server and storage: the pages still believe in their credentials.
  stand.advance(2 * 3_600_000);
  await save(page, [4, 5]);
  await save(other, [6, 7]);
  expect(stand.grants.count).toBe(2);
  expect(await stand.uses(id)).toBeLessThanOrEqual(2);
  await page.context().close();
}, 180_000);

test('reports nothing: no refusal by the policy, no foreign request, no error of a page', async () => {
  expect(browser.reports).toEqual([]);
  // What was checked was summed without WebAssembly: the policy refuses it, and that would have been reported.
  const { url } = await stand.share({ key: 'small.bin' });
  const page = await browser.open(url);
  const refusal = await page.evaluate(() => {
    try {
      return typeof new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(refusal).toBe('CompileError');
  await expect.poll(() => browser.reports.join()).toContain('wasm');
  await page.context().close();
});
