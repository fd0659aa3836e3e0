import { findProgram } from '@ossgrant/test-kit/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsoleStand, type LanguageTag, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;

describe.skipIf(!present)('states of the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => void (stand = await startConsole(EXECUTABLE)), 120_000);
  afterAll(() => stand?.close(), 60_000);

  const places: readonly (readonly [LanguageTag, number])[] = [
    ['en', 1280],
    ['en', 360],
    ['zh-CN', 1280],
    ['zh-CN', 360],
  ];

  it.each(places)(
    'are without a violation or a report in %s at %d px',
    async (language, width) => {
      const { page, context, t, complaints, signIn, look } = await stand.open({ language, width });
      const violations: string[] = [];
      const see = async (name: string): Promise<void> => void violations.push(...(await look(name)));
      const press = (name: string): Promise<void> => page.getByRole('button', { name: t(name), exact: true }).click();
      const close = (): Promise<void> => press('common.close');
      const objects = `${stand.origin}/console/#/objects/${BUCKET}`;
      await signIn();

      let answer = (): void => {};
      await page.route('**/v1/objects?*', async (route) => {
        await new Promise<void>((resolve) => (answer = resolve));
        await route.fulfill({ status: 500, json: { code: 'internal', detail: 'x', requestId: 'req-1' } });
      });
      await page.goto(`${objects}/reports/`);
      await page.getByText(t('common.loading')).first().waitFor();
      await see('loading');
      answer();
      await page.getByText(t('problem.internal')).waitFor();
      await see('failure');
      await page.unroute('**/v1/objects?*');
      await press('common.retry');
      await page.getByRole('row', { name: 'a.txt' }).waitFor();
      await page.getByRole('searchbox').fill('zzz');
      await page.getByText(t('objects.noMatchHint')).waitFor();
      await see('no match');
      await page.goto(`${objects}/none/`);
      await page.getByText(t('objects.emptyHint')).waitFor();
      await see('empty folder');

      await page.goto(`${objects}/pictures/`);
      await page.getByRole('row', { name: 'sea.png' }).locator('.thumbnail').waitFor();
      await see('pictures');
      await page.getByRole('row', { name: 'sea.png' }).click();
      await page.getByRole('img', { name: t('objects.preview') }).waitFor();
      await see('details');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('objects.getLink') })
        .click();
      await press('link.more');
      await page.getByLabel(t('link.process'), { exact: true }).fill('image/resize,w_100');
      await page.getByRole('img', { name: t('link.processPreview') }).scrollIntoViewIfNeeded();
      await see('processing');
      await close();

      await page.goto(`${objects}/reports/`);
      await page.getByRole('row', { name: 'page.html' }).locator('.checkbox').click();
      await page.getByRole('row', { name: 'a.txt' }).locator('.checkbox').click();
      await see('selected');
      const getLink = page.locator('.folder-foot').getByRole('button', { name: t('objects.getLink') });
      await getLink.click();
      await page.getByText(t('link.many.each')).click();
      await see('several objects');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('link.make'), exact: true })
        .click();
      await page.getByRole('button', { name: t('link.saveCsv') }).waitFor();
      await see('several links');
      await close();
      await page.getByRole('row', { name: 'a.txt' }).locator('.checkbox').click();
      await getLink.click();
      await page.getByText(t('link.show'), { exact: true }).click();
      await page.getByText(t('link.cannot')).waitFor();
      await see('cannot work');
      await page.getByText(t('link.untilDate')).click();
      await page
        .getByRole('group', { name: t('link.end') })
        .getByRole('button')
        .click();
      await page.locator('.calendar-dialog').waitFor();
      await see('calendar');
      await page.keyboard.press('Escape');
      await close();

      await page.getByRole('link', { name: t('nav.shares') }).click();
      const rows = page.getByRole('row', { name: 'page.html' });
      await rows.first().locator('.checkbox').click();
      await see('shares selected');
      await press('shares.pause');
      await page.getByRole('button', { name: t('common.undo') }).waitFor();
      await see('undo');
      await press('common.undo');
      await page.getByLabel(t('shares.search')).fill('nothing of this name');
      await page.getByText(t('shares.noneFit')).waitFor();
      await see('no share fits');
      await page.getByRole('button', { name: t('shares.state') }).click();
      await page.getByRole('listbox').waitFor();
      await see('list of states');
      await page.keyboard.press('Escape');

      await page.getByRole('link', { name: t('nav.inspect') }).click();
      const { url } = await stand.share();
      await page.getByRole('textbox').fill(url);
      await page.getByText(t('inspect.shareText')).waitFor();
      await see('own share pasted');

      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ violations, complaints, overflow }).toEqual({ violations: [], complaints: [], overflow: 0 });
      await context.close();
    },
    300_000,
  );
});
