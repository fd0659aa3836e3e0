import { readFileSync } from 'node:fs';
import { findProgram } from '@ossgrant/test-kit/find-program';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsolePage, type ConsoleStand, PICTURE, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;

describe.skipIf(!present)('objects in the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => void (stand = await startConsole(EXECUTABLE)), 120_000);
  afterAll(() => stand?.close(), 60_000);

  async function openFolder(folder: string): Promise<ConsolePage> {
    const opened = await stand.open();
    await opened.signIn();
    await opened.page.goto(`${stand.origin}/console/#/objects/${BUCKET}/${folder}`);
    return opened;
  }

  it('shows pictures small in the list, whole in the details, and as processing makes them', async () => {
    const { page, context, t, complaints } = await openFolder('pictures/');
    expect(await sizeOf(page.getByRole('row', { name: 'sea.png' }).locator('.thumbnail'))).toEqual([72, 72]);
    // What cannot be read as a picture keeps its icon.
    expect(await page.getByRole('row', { name: 'broken.png' }).locator('.object-icon svg').isVisible()).toBe(true);
    await page.getByRole('row', { name: 'sea.png' }).click();
    expect(await sizeOf(page.getByRole('img', { name: t('objects.preview') }))).toEqual([
      PICTURE.width,
      PICTURE.height,
    ]);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('objects.getLink') })
      .click();
    await page.getByRole('button', { name: t('link.more') }).click();
    await page.getByLabel(t('link.process'), { exact: true }).fill('image/resize,w_100');
    const processed = page.getByRole('img', { name: t('link.processPreview') });
    expect(await sizeOf(processed)).toEqual([100, 50]);
    await page.getByLabel(t('link.process'), { exact: true }).fill('image/no-such-thing');
    await page.getByText(t('link.processFailed')).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('makes one share of several objects, or a share for each as CSV, as the user chooses', async () => {
    const { page, context, t } = await openFolder('reports/');
    for (const name of ['a.txt', 'page.html']) {
      await page.getByRole('row', { name }).locator('.checkbox').click();
    }
    await page
      .locator('.folder-foot')
      .getByRole('button', { name: t('objects.getLink') })
      .click();
    await make(page, t);
    const url = await page.getByLabel(t('link.asUrl'), { exact: true }).innerText();
    const info = (await (await fetch(`${url}/list`)).json()) as { objects: { key: string }[] };
    expect(info.objects.map(({ key }) => key)).toEqual(['reports/a.txt', 'reports/page.html']);
    await page.getByRole('button', { name: t('link.another') }).click();
    await page.getByText(t('link.many.each')).click();
    await make(page, t);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: t('link.saveCsv') }).click();
    const [header, ...lines] = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split('\r\n');
    expect(header).toContain(t('link.csvColumns'));
    const cells = lines.map((line) => line.split(','));
    expect(cells.map(([key]) => key)).toEqual(['reports/a.txt', 'reports/page.html']);
    const bodies = await Promise.all(cells.map(async ([, link = '']) => (await fetch(link)).text()));
    expect(bodies).toEqual(['content of a\n'.repeat(1000), '<p>page</p>']);
    await context.close();
  }, 60_000);

  it('says of a share of its own what it is, and shows it with its last use', async () => {
    const { url } = await stand.share({ label: 'pasted' });
    await (await fetch(url)).text();
    const { page, context, t, complaints } = await openFolder('reports/');
    await page.getByRole('link', { name: t('nav.inspect') }).click();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByRole('textbox').fill(`curl -fL '${url}'`);
    await page.getByText(t('inspect.shareText')).waitFor();
    expect(asked).toEqual([]);
    await page.getByRole('link', { name: t('inspect.shareOpen') }).click();
    await page.getByRole('dialog').getByText('pasted', { exact: true }).waitFor();
    await page.getByRole('button', { name: t('common.close') }).click();
    const used = page.getByRole('row', { name: 'pasted' });
    expect(await used.innerText()).toMatch(/(?:second|minute)s?\sago/);
    await page.getByRole('columnheader', { name: t('shares.lastUse') }).click();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});

/** Width and height of a picture, once it is there. */
async function sizeOf(picture: Locator): Promise<readonly number[]> {
  await picture.waitFor();
  return picture.evaluate(async (element) => {
    const image = element as HTMLImageElement;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
}

async function make(page: Page, t: (name: string) => string): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('link.make'), exact: true })
    .click();
}
