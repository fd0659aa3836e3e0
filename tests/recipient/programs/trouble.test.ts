import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, takePicture, type TestBrowser } from '../open-browser.ts';
import { hash, hashesOf, hashesOfPicked, hashOf, press, stubPicker, waitForStored } from '../press.ts';
import { openStand, type Stand } from '../stand.ts';

const FILM = randomBytes(24 << 20);
// The names of docs/compatibility.md, and what Chromium on this system saves for each: what the page asks for is a name of every system.
const NAMES: readonly (readonly [wanted: string, saved: string])[] = [
  ['report.pdf', 'report.pdf'],
  ['report 2026.pdf', 'report 2026.pdf'],
  [' leading and trailing .txt', 'leading and trailing .txt'],
  ["it's (1)*!.txt", "it's (1)_!.txt"],
  ['a+b=c,d;e.txt', 'a+b=c,d;e.txt'],
  ['a#b~c^d.txt', 'a#b~c^d.txt'],
  ['say "hi".txt', 'say _hi_.txt'],
  ['a&b.txt', 'a&b.txt'],
  ['100%.txt', '100%.txt'],
  ['a%20b.txt', 'a%20b.txt'],
  ['.hidden.txt', 'hidden.txt'],
  [`${'long '.repeat(38)}name.txt`, `${'long '.repeat(38)}name.txt`],
  ['年度报告.pdf', '年度报告.pdf'],
  ['報告 2026 (最終).docx', '報告 2026 (最終).docx'],
  ['отчёт.pdf', 'отчёт.pdf'],
  ['تقرير.pdf', 'تقرير.pdf'],
  ['e\u0301 decomposed.txt', '\u00e9 decomposed.txt'],
  ['🎉 party 👩\u200d👩\u200d👧.png', '🎉 party 👩_👩_👧.png'],
  ['“curly”.txt', '“curly”.txt'],
  ['reports/2026/年度报告.pdf', '年度报告.pdf'],
];

let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({
    'film.mp4': FILM,
    ...Object.fromEntries(NAMES.map(([name], index) => [`names/${index}/${name}`, `content ${index}`])),
  });
  browser = await openBrowser();
}, 120_000);
beforeEach(() => stand.oss.faults.clear());
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

// From the eleventh on, Chromium may hold a page's download back and ask the user.
const OF_ONE_PAGE = 10;

test('saves each of 20 odd names rightly', async () => {
  const { url } = await stand.share({ prefix: 'names/' });
  const saved: [string, string, string][] = [];
  for (let start = 0; start < NAMES.length; start += OF_ONE_PAGE) {
    const page = await browser.open(url);
    for (const [index, [name]] of NAMES.slice(start, start + OF_ONE_PAGE).entries()) {
      const download = await press(page, `Download ${start + index}/`);
      saved.push([name, download.suggestedFilename(), await hashOf(download)]);
    }
    await page.context().close();
  }
  expect(saved).toEqual(NAMES.map(([wanted, name], index) => [wanted, name, hash(Buffer.from(`content ${index}`))]));
}, 180_000);

test('says so when another has used it up meanwhile', async () => {
  const { id, url } = await stand.share({ key: 'film.mp4', maxUses: 1 });
  const page = await browser.open(url);
  const button = page.getByRole('button', { name: 'Download', exact: true });
  await button.waitFor();
  await (await fetch(url, { redirect: 'manual' })).text();
  await button.click();
  await page.getByText('This link has been used up').waitFor();
  // The number of downloads left follows.
  await page.getByText(/^0$/).waitFor();
  await takePicture(page, 'used-up-meanwhile');
  expect(await stand.uses(id)).toBe(1);
  await page.context().close();
}, 60_000);

test('waits while there is no network, and goes on by itself', async () => {
  const { id, url } = await stand.share({ key: 'film.mp4', maxUses: 1 });
  const page = await browser.open(url);
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', skip: 1, times: 3, stallAfterBytes: 1 << 20 });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await waitForStored(page, 8e6);
  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await takePicture(page, 'offline');
  stand.oss.faults.clear();
  const downloaded = page.waitForEvent('download', { timeout: 60_000 });
  const [download] = await Promise.all([downloaded, page.context().setOffline(false)]);
  expect(await hashOf(download)).toBe(hash(FILM));
  expect(await stand.uses(id)).toBe(1);
  await page.context().close();
}, 120_000);

test('outlives a restart of the server in which its URL ends', async () => {
  const { id, url } = await stand.share({ key: 'film.mp4', maxUses: 1 });
  const page = await browser.open(url);
  // The others are cut, but not before the server is gone.
  const others = { key: 'film.mp4', method: 'GET', skip: 1, times: 2 };
  stand.oss.faults.add({ ...others, latencyMs: 6000 });
  stand.oss.faults.add({ ...others, cutAfterBytes: 1 << 20 });
  await Promise.all([
    page.waitForResponse(/refusal/, { timeout: 60_000 }),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ]);
  await stand.stop();
  stand.advance(61_000);
  await page.waitForRequest((request) => request.url() === url, { timeout: 60_000 });
  await stand.listen();
  const download = await page.waitForEvent('download', { timeout: 60_000 });
  expect(await hashOf(download)).toBe(hash(FILM));
  expect(await stand.uses(id)).toBe(1);
  await page.context().close();
}, 120_000);

test('renews its credentials when they end in the middle, once for all connections', async () => {
  const { url } = await stand.share({ key: 'film.mp4', allow: ['credentials'] });
  const page = await browser.open(url);
  stand.grants.count = 0;
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', skip: 1, times: 2, latencyMs: 6000 });
  const downloaded = page.waitForEvent('download', { timeout: 60_000 });
  const first = page.waitForResponse((response) => response.status() === 206, { timeout: 60_000 });
  await Promise.all([first, page.getByRole('button', { name: 'Download', exact: true }).click()]);
  // Hours later by the clocks of server and storage, while the other parts are on their way.
  stand.advance(2 * 3_600_000);
  expect(await hashOf(await downloaded)).toBe(hash(FILM));
  expect(stand.grants.count).toBe(2);
  await page.context().close();
}, 120_000);

test('saves into a picked file where the storage of the browser is too small, and leaves it as it was when bytes are wrong', async () => {
  const { url } = await stand.share({ key: 'film.mp4' });
  const page = await browser.open('about:blank');
  await page.addInitScript(stubPicker);
  await page.goto(url);
  stand.oss.faults.add({ key: 'film.mp4', method: 'GET', times: Infinity, flipByteAt: 5 });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await page.getByText('arrived damaged').waitFor({ timeout: 60_000 });
  expect(await hashesOfPicked(page, 'film.mp4')).toEqual([]);
  stand.oss.faults.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('every byte is as it was sent').waitFor({ timeout: 60_000 });
  expect(await hashesOfPicked(page, 'film.mp4')).toEqual(hashesOf(FILM));
  await page.context().close();
}, 120_000);

// What each sends when somebody pastes an address: Microsoft's and Apple's name Facebook's or Twitter's.
test.each([
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  'WhatsApp/2.23.20.0',
  'TelegramBot (like TwitterBot)',
  'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
  'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
  'Mozilla/5.0 (Windows NT 10.0) SkypeUriPreview Preview/0.5',
])('uses nothing up for the previewer %s', async (userAgent) => {
  const { id, url } = await stand.share({ key: 'film.mp4', maxUses: 1 });
  for (const accept of ['*/*', 'text/html']) {
    const response = await fetch(url, { headers: { 'user-agent': userAgent, accept }, redirect: 'manual' });
    expect([response.status, await response.text()]).toEqual([200, expect.not.stringContaining('film.mp4')]);
  }
  expect(await stand.uses(id)).toBe(0);
});

test('reports nothing: no refusal by the policy, no foreign request, no error of a page', () => {
  expect(browser.reports).toEqual([]);
});
