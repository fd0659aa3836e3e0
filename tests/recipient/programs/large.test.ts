import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '../open-browser.ts';
import { hash, hashesOf, hashesOfPicked, hashOf, press, stubPicker, waitForBytes } from '../press.ts';
import { openStand, type Stand } from '../stand.ts';

const run = promisify(execFile);
const MB = 1 << 20;
// `pnpm proof recipient` downloads 1 GiB and makes a ZIP of 1,001 objects: a list has at most 1,000 on a page.
const BYTES = Number(process.env['OSSGRANT_BYTES'] ?? 96 * MB);
const FILES = Number(process.env['OSSGRANT_RUNS'] ?? 60);
const TIMEOUT = 180_000 + BYTES / 2000;
/** What a page may need at most beyond what it needed before a download, whatever the size: four connections and what they write. */
const ROOM_MB = 250;

const large = randomFillSync(Buffer.alloc(BYTES));
const names = Array.from({ length: FILES }, (_, index) => `folder ${index % 7}/报告 ${index}.txt`);
let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({
    'large.bin': large,
    ...Object.fromEntries(names.map((name, index) => [`many/${name}`, `content ${index}\n`.repeat(1 + (index % 500))])),
  });
  browser = await openBrowser();
}, TIMEOUT);
beforeEach(() => stand.oss.faults.clear());
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

/** Watches the memory of a page's process and of its script. */
async function watchMemory(page: Page): Promise<() => { readonly process: number; readonly script: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const pid = await browser.processOf(page);
  const resident = async (): Promise<number> => {
    const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
    return (Number(pages) * 4096) / MB;
  };
  const script = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / MB;
  };
  const before = await resident();
  const most = { process: 0, script: 0 };
  const timer = setInterval(() => {
    void (async () => {
      most.process = Math.max(most.process, (await resident()) - before);
      most.script = Math.max(most.script, await script());
      // A page that is being reloaded gives no figures.
    })().catch(() => {});
  }, 200);
  return () => {
    clearInterval(timer);
    return { process: Math.round(most.process), script: Math.round(most.script) };
  };
}

test(
  `downloads ${Math.round(BYTES / MB)} MiB through the browser's storage with flat memory, and goes on after a reload in the middle`,
  async () => {
    const { id, url } = await stand.share({ key: 'large.bin', maxUses: 1 });
    const page = await browser.open(url);
    const stopWatching = await watchMemory(page);
    // Two of four connections stop in the last third, so that it is not over before the reload.
    const parts = Math.ceil(BYTES / (8 * MB));
    stand.oss.faults.add({
      key: 'large.bin',
      method: 'GET',
      skip: Math.floor(parts * 0.6),
      times: 4,
      stallAfterBytes: MB,
    });
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    await waitForBytes(page, BYTES * 0.55, TIMEOUT);
    await page.reload();
    stand.oss.faults.clear();
    stand.oss.journal.clear();
    const download = await press(page, 'Resume', TIMEOUT);
    const { process: grown, script } = stopWatching();
    expect(await hashOf(download)).toBe(hash(large));
    await page.getByText('every byte is as it was sent').waitFor();
    const gets = stand.oss.journal.entries().filter(({ method }) => method === 'GET').length;
    console.log(
      `${Math.round(BYTES / MB)} MiB, reloaded at ${Math.round((BYTES * 0.55) / MB)}: the page's process grew by at most ${grown} MiB, its script held ${script} MiB; ${gets} of ${parts} parts asked for after the reload`,
    );
    expect(gets).toBeLessThanOrEqual(parts * 0.45 + 5);
    expect(grown).toBeLessThan(ROOM_MB);
    expect(script).toBeLessThan(ROOM_MB / 2);
    expect(await stand.uses(id)).toBe(1);
    await page.context().close();
  },
  TIMEOUT,
);

test(
  `downloads ${Math.round(BYTES / MB)} MiB into a picked file with flat memory`,
  async () => {
    const { url } = await stand.share({ key: 'large.bin' });
    const page = await browser.open('about:blank');
    await stubPicker(page);
    await page.goto(url);
    const stopWatching = await watchMemory(page);
    await page.getByRole('button', { name: 'Download', exact: true }).click();
    await page.getByText('every byte is as it was sent').waitFor({ timeout: TIMEOUT });
    const { process: grown, script } = stopWatching();
    console.log(
      `${Math.round(BYTES / MB)} MiB into a picked file: the page's process grew by at most ${grown} MiB, its script held ${script} MiB`,
    );
    expect(grown).toBeLessThan(ROOM_MB);
    expect(script).toBeLessThan(ROOM_MB / 2);
    expect(await hashesOfPicked(page, 'large.bin')).toEqual(hashesOf(large));
    await page.context().close();
  },
  TIMEOUT,
);

test(
  `makes a ZIP of ${FILES} objects that unzip and Python open, as one use`,
  async () => {
    const { id, url } = await stand.share({ prefix: 'many/', maxUses: 1 });
    const page = await browser.open(url);
    const download = await press(page, 'Download all as ZIP', TIMEOUT);
    const file = await download.path();
    expect((await run('unzip', ['-tqq', file])).stdout).toBe('');
    const script =
      'import sys,zipfile,json;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps([z.testzip(),sorted(z.namelist())]))';
    const { stdout } = await run('/usr/bin/python3', ['-c', script, file], { maxBuffer: 16 * MB });
    expect(JSON.parse(stdout)).toEqual([null, names.toSorted()]);
    await page.getByText(`Saved ${FILES} files`).waitFor();
    expect(await stand.uses(id)).toBe(1);
    await page.context().close();
  },
  TIMEOUT,
);

test('reports nothing: no refusal by the policy, no foreign request, no error of a page', () => {
  expect(browser.reports).toEqual([]);
});
