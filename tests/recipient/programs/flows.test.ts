import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { flawsOf, openBrowser, takePicture, VIEWS, type TestBrowser } from '../open-browser.ts';
import { hash, hashOf, hashOfFile, press } from '../press.ts';
import { openStand, type Stand } from '../stand.ts';

const run = promisify(execFile);
const SMALL = randomBytes(100_000);
const SOUND = Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=', 'base64');
const PASSWORD = "it's open & sesame";

let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({
    '年度报告.bin': SMALL,
    'many/a.txt': 'a',
    'many/年度报告.pdf': 'b',
    'many/deep/c.bin': 'c',
    'film.mp4': 'a film',
    'sound.wav': SOUND,
    'report.pdf': '%PDF-1.4',
  });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

test.each(VIEWS)(
  'asks for the password, downloads and checks: %s',
  async (view, options) => {
    const { id, url } = await stand.share({ key: '年度报告.bin', password: PASSWORD, maxUses: 1 });
    const page = await browser.open(url, options);
    await page.getByLabel(/Password|密码/).fill(PASSWORD);
    await page.getByRole('button', { name: /^(Open|打开)$/ }).click();
    const download = await press(page, /^(Download|下载)$/);
    await page.getByText(/every byte is as it was sent|校验通过/).waitFor();
    expect([download.suggestedFilename(), await hashOf(download)]).toEqual(['年度报告.bin', hash(SMALL)]);
    expect(await flawsOf(page)).toEqual([]);
    await takePicture(page, `downloaded-${view}`);
    expect(await stand.uses(id)).toBe(1);
    await page.context().close();
  },
  90_000,
);

test.each(VIEWS)(
  'downloads what is selected as one ZIP: %s',
  async (view, options) => {
    const { id, url } = await stand.share({ prefix: 'many/', maxUses: 1 });
    const page = await browser.open(url, options);
    for (const name of ['a.txt', '年度报告.pdf']) await page.getByRole('checkbox', { name }).check();
    await takePicture(page, `selected-${view}`);
    const download = await press(page, /(2 selected|所选 2 个文件)/);
    const script = 'import sys,zipfile,json;print(json.dumps(zipfile.ZipFile(sys.argv[1]).namelist()))';
    const { stdout } = await run('/usr/bin/python3', ['-c', script, await download.path()]);
    expect(JSON.parse(stdout)).toEqual(['a.txt', '年度报告.pdf']);
    await page.getByText(/Each was checked|每个文件都已校验/).waitFor();
    expect(await flawsOf(page)).toEqual([]);
    await takePicture(page, `zipped-${view}`);
    expect(await stand.uses(id)).toBe(1);
    await page.context().close();
  },
  90_000,
);

test.each([
  ['film.mp4', 'video'],
  ['sound.wav', 'audio'],
])(
  'shows %s on the page, by a URL of the storage, in one use with the download',
  async (key, element) => {
    const { id, url } = await stand.share({ key, maxUses: 1 });
    const page = await browser.open(url);
    await page.getByRole('button', { name: 'Preview' }).click();
    const src = await page.locator(`.preview ${element}`).getAttribute('src');
    expect(src).toMatch(new RegExp(`^${stand.oss.endpoint}/.*${key}\\?`));
    expect(await (await fetch(src ?? '')).text()).not.toBe('');
    await press(page, 'Download');
    expect(await stand.uses(id)).toBe(1);
    await page.context().close();
  },
  60_000,
);

test('opens a PDF in a tab of its own', async () => {
  const { url } = await stand.share({ key: 'report.pdf' });
  const page = await browser.open(url);
  const opened = page.context().waitForEvent('request', (request) => request.url().startsWith(stand.oss.endpoint));
  await page.getByRole('button', { name: 'Preview' }).click();
  expect((await opened).url()).toContain('/report.pdf?');
  await page.context().close();
}, 60_000);

test('shows a curl command that downloads, and reads the password from its input', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { url } = await stand.share({ key: '年度报告.bin', password: PASSWORD });
  const page = await browser.open(url);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('Download in a terminal').click();
  const command = (await page.locator('pre').textContent()) ?? '';
  expect(command).not.toContain('sesame');
  const running = run('sh', ['-c', command], { cwd: folder });
  running.child.stdin?.end(PASSWORD);
  await running;
  expect(await hashOfFile(path.join(folder, '年度报告.bin'))).toBe(hash(SMALL));
  await page.context().close();
}, 60_000);

test('reports nothing: no refusal by the policy, no foreign request, no error of a page', () => {
  expect(browser.reports).toEqual([]);
});
