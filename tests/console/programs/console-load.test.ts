import { createHash } from 'node:crypto';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleStand, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;
const MOST_BYTES = 230 * 1024;
const VISITS = 10;
/** Times are compared only where nothing else runs. */
const IS_PROOF = process.env['OSSGRANT_ROUNDS'] !== undefined;

describe.skipIf(!present)('the weight of the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    stand = await startConsole(EXECUTABLE);
  }, 120_000);
  afterAll(() => stand?.close(), 60_000);

  it('loads at most 230 KB until the list can be used, all of it from the server, and signs in by the policy as it is', async () => {
    const { page, context, t, signIn, complaints } = await stand.open();
    // What the first visit still fetches is not of the second, which counts.
    await page.getByLabel(t('signIn.key')).waitFor();
    const sizes: Promise<number>[] = [];
    const foreign: string[] = [];
    page.on('response', (response) => {
      if (!response.url().startsWith(stand.origin)) foreign.push(response.url());
      sizes.push(
        response
          .request()
          .sizes()
          .then(({ responseBodySize }) => responseBodySize),
      );
    });
    const inspector = await context.newCDPSession(page);
    await inspector.send('Network.enable');
    await inspector.send('Network.setCacheDisabled', { cacheDisabled: true });
    const response = await page.reload();
    await signIn();
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    console.log(`${(bytes / 1024).toFixed(1)} KB until the list can be used`);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(foreign).toEqual([]);
    // What React Aria writes must be what the policy names.
    const styles = await page.$$eval('style', (elements) => elements.map(({ textContent }) => textContent ?? ''));
    const policy = response?.headers()['content-security-policy'] ?? '';
    for (const text of styles) expect(policy).toContain(createHash('sha256').update(text).digest('base64'));
    expect(styles.length).toBeGreaterThan(0);
    const kept = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, location.href]),
    );
    expect(kept).not.toContain('ogk_');
    expect(kept).not.toContain('ossgrant-session');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('paints something, and prints how soon beside a page of two words from the same server', async () => {
    const times: Record<'bare' | 'empty' | 'console', number[]> = { bare: [], empty: [], console: [] };
    // In turn, each with nothing in the cache. The fastest of each count: what else the machine does only adds.
    for (let visit = 0; visit < VISITS; visit += 1) {
      times.bare.push(await firstPaint(`${stand.origin}/healthz`));
      times.empty.push(await firstPaint(`${stand.origin}/console/none`));
      times.console.push(await firstPaint(`${stand.origin}/console/`));
    }
    const [bare, empty, shown] = [Math.min(...times.bare), Math.min(...times.empty), Math.min(...times.console)];
    // With the same headers, as one of them, `cross-origin-opener-policy`, has every page wait for a process of its own.
    console.log(
      `first contentful paint: ${shown} ms, and ${empty} ms of an empty page (goal: at most twice); without that header ${bare} ms`,
    );
    expect(Math.min(empty, shown)).toBeGreaterThan(0);
    if (IS_PROOF) expect(shown).toBeLessThanOrEqual(2 * empty);
  }, 120_000);

  it('keeps the frame that is seen first where it is when the page has started', async () => {
    const { page, context, t } = await stand.open();
    await page.getByLabel(t('signIn.key')).waitFor();
    let start = (): void => {};
    const held = new Promise<void>((resolve) => (start = resolve));
    await page.route('**/assets/**', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${stand.origin}/console/`, { waitUntil: 'commit' });
    const boxes = (): Promise<unknown> =>
      Promise.all(['.top', '.brand', '.brand img'].map((name) => page.locator(name).boundingBox()));
    await page.locator('.loading-bar').waitFor();
    const before = await boxes();
    start();
    await page.getByLabel(t('signIn.key')).waitFor();
    expect(await boxes()).toEqual(before);
    await page.getByLabel(t('signIn.key')).fill(stand.key);
    await page.getByRole('button', { name: t('signIn.submit') }).click();
    await page.getByRole('row', { name: 'reports/' }).waitFor();
    expect(await boxes()).toEqual(before);
    await context.close();
  }, 60_000);

  async function firstPaint(url: string): Promise<number> {
    const context = await stand.browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    const seen = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? false,
    );
    const time = await seen.jsonValue();
    await context.close();
    return Math.round(Number(time));
  }
});
