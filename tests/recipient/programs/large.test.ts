import { execFile } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { IS_STARTED, openBrowser, type TestBrowser, type UnwatchedPage } from '../open-browser.ts';
import { hash, hashesOf, hashOfFile, hashSlices, press, SLICE, stubPicker } from '../press.ts';
import { openStand, type Stand } from '../stand.ts';

const run = promisify(execFile);
const MB = 1 << 20;
// `pnpm proof recipient` downloads 1 GiB and makes a ZIP of 1,001 objects: a list has at most 1,000 on a page.
const BYTES = Number(process.env['OSSGRANT_BYTES'] ?? 96 * MB);
const FILES = Number(process.env['OSSGRANT_RUNS'] ?? 60);
const TIMEOUT = 180_000 + BYTES / 2000;
/** What a page may need at most beyond what it needed before a download, whatever the size: four connections and what they write. */
const ROOM_MB = 250;
/** What its script may hold: bytes on the way to a file are in memory of its own. */
const SCRIPT_ROOM_MB = 150;

const large = randomFillSync(Buffer.alloc(BYTES));
const names = Array.from({ length: FILES }, (_, index) => `folder ${index % 7}/报告 ${index}.txt`);
let stand: Stand;
let browser: TestBrowser;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-'));
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
  await rm(folder, { recursive: true, force: true });
});

interface Peak {
  /** MiB that all processes of pages took more than before, and that the script held. */
  readonly processes: number;
  readonly script: number;
}

/** Watches the memory of a page. The function that it returns gives the peak since it was called last. */
async function watchMemory(page: UnwatchedPage): Promise<() => Peak> {
  const before = await page.memory();
  let peak = { processes: 0, script: 0 };
  const timer = setInterval(() => {
    const look = async (): Promise<void> => {
      const { processes, script } = await page.memory();
      const grown = Math.round((processes - before.processes) / MB);
      peak = {
        processes: Math.max(peak.processes, grown),
        script: Math.max(peak.script, Math.round(script / MB)),
      };
    };
    // A page that is being closed gives no figures.
    look().catch(() => {});
  }, 500);
  onTestFinished(() => clearInterval(timer));
  return () => {
    const since = peak;
    peak = { processes: 0, script: 0 };
    return since;
  };
}

/** Fails, with the text of the page, before the test's time is over. */
async function until(page: UnwatchedPage, condition: string): Promise<void> {
  const holds = async (): Promise<void> => expect(await page.evaluate(condition)).toBe(true);
  await vi.waitFor(holds, { timeout: TIMEOUT / 2, interval: 200 }).catch(async (error: unknown) => {
    throw new Error(`not ${condition}: ${String(await page.evaluate('document.body.innerText'))}`, { cause: error });
  });
}

const received = (bytes: number): string => `(document.querySelector('progress')?.value ?? 0) > ${bytes}`;
const says = (text: string): string => `document.body.innerText.includes('${text}')`;
const pressing = (label: string): string =>
  `[...document.querySelectorAll('button')].find((button) => button.innerText === '${label}')`;

async function pressUnwatched(page: UnwatchedPage, label: string): Promise<void> {
  await until(page, `${pressing(label)} !== undefined && ${IS_STARTED}`);
  await page.evaluate(`${pressing(label)}.click()`);
}

/** Shows the peaks of the first quarter of the bytes and of the rest, and holds them to the limits. */
function expectFlat(what: string, first: Peak, rest: Peak): void {
  console.log(
    `${Math.round(BYTES / MB)} MiB ${what}: the processes of pages grew by at most ${first.processes} MiB in the first quarter and ${rest.processes} MiB later; the script held ${first.script} and ${rest.script} MiB`,
  );
  expect(Math.max(first.processes, rest.processes)).toBeLessThan(ROOM_MB);
  expect(Math.max(first.script, rest.script)).toBeLessThan(SCRIPT_ROOM_MB);
}

test(
  `downloads ${Math.round(BYTES / MB)} MiB through the browser's storage with flat memory, and goes on after a reload in the middle`,
  async () => {
    const { id, url } = await stand.share({ key: 'large.bin', maxUses: 1 });
    const page = await browser.openUnwatched(url, folder);
    await until(page, `${pressing('Download')} !== undefined && ${IS_STARTED}`);
    const peakOf = await watchMemory(page);
    // Two of four connections stop in the last third, so that it is not over before the reload.
    const parts = Math.ceil(BYTES / (8 * MB));
    stand.oss.faults.add({
      key: 'large.bin',
      method: 'GET',
      skip: Math.floor(parts * 0.6),
      times: 4,
      stallAfterBytes: MB,
    });
    await pressUnwatched(page, 'Download');
    await until(page, received(BYTES / 4));
    const first = peakOf();
    await until(page, received(BYTES * 0.55));
    await page.evaluate('setTimeout(() => location.reload())');
    stand.oss.faults.clear();
    stand.oss.journal.clear();
    await pressUnwatched(page, 'Resume');
    await until(page, says('every byte is as it was sent'));
    const rest = peakOf();
    const saved = path.join(folder, 'large.bin');
    await vi.waitFor(async () => expect((await stat(saved)).size).toBe(BYTES), { timeout: TIMEOUT, interval: 500 });
    expect(await hashOfFile(saved)).toBe(hash(large));
    const gets = stand.oss.journal.entries().filter(({ method }) => method === 'GET').length;
    console.log(
      `reloaded at ${Math.round((BYTES * 0.55) / MB)} MiB: ${gets} of ${parts} parts asked for after the reload`,
    );
    expectFlat("through the browser's storage", first, rest);
    expect(gets).toBeLessThanOrEqual(parts * 0.45 + 5);
    expect(await stand.uses(id)).toBe(1);
    await page.close();
  },
  TIMEOUT,
);

test(
  `downloads ${Math.round(BYTES / MB)} MiB into a picked file with flat memory`,
  async () => {
    const { url } = await stand.share({ key: 'large.bin' });
    const page = await browser.openUnwatched(url, folder);
    await until(page, `${pressing('Download')} !== undefined && ${IS_STARTED}`);
    await page.evaluate(`(${String(stubPicker)})()`);
    const peakOf = await watchMemory(page);
    await pressUnwatched(page, 'Download');
    await until(page, received(BYTES / 4));
    const first = peakOf();
    await until(page, says('every byte is as it was sent'));
    expectFlat('into a picked file', first, peakOf());
    const picked = JSON.stringify({ file: 'large.bin', slice: SLICE });
    expect(await page.evaluate(`(${String(hashSlices)})(${picked})`)).toEqual(hashesOf(large));
    await page.close();
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
