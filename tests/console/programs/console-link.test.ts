import { findProgram } from '@ossgrant/test-kit/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsolePage, type ConsoleStand, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;
/** V1 signs no name with a question mark. */
const ASKING = 'what?.txt';

describe.skipIf(!present)('links in the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    stand = await startConsole(EXECUTABLE);
    await stand.oss.put(BUCKET, `reports/${ASKING}`, 'x\n');
  }, 120_000);
  afterAll(() => stand?.close(), 60_000);

  async function openPanel(name: string): Promise<ConsolePage> {
    const opened = await stand.open();
    await opened.signIn();
    await opened.page.goto(`${stand.origin}/console/#/objects/${BUCKET}/reports/`);
    await opened.page.getByRole('button', { name: opened.t('objects.getLinkFor').replace('{name}', name) }).click();
    return opened;
  }

  it('show, before they are made, that they end earlier than was asked for, and why', async () => {
    const { page, context, t } = await openPanel('a.txt');
    await page.getByText(t('link.direct'), { exact: true }).click();
    await page.getByRole('slider').press('End');
    await page.getByText(t('link.limitedBy.signature-version')).waitFor();
    expect(await page.locator('.real-end').innerText()).toContain('(in 7 days)');
    await page.getByText(t('link.share'), { exact: true }).click();
    await page.getByText('(in 365 days)').waitFor();
    expect(await page.getByText(t('link.limitedBy.signature-version')).count()).toBe(0);
    await context.close();
  }, 60_000);

  it('are refused, before they are made, for a name that V1 cannot sign', async () => {
    const { page, context, t } = await openPanel(ASKING);
    await page.getByText(t('link.direct'), { exact: true }).click();
    await page.getByRole('button', { name: t('link.more') }).click();
    await page.getByText(t('link.v1Hint')).waitFor();
    await page.getByText(t('link.v1'), { exact: true }).click();
    await page.getByText(t('link.cannot')).waitFor();
    const make = page.getByRole('dialog').getByRole('button', { name: t('link.make'), exact: true });
    expect(await make.isEnabled()).toBe(false);
    await page.getByText(t('link.v1'), { exact: true }).click();
    await page.getByText(t('link.cannot')).waitFor({ state: 'detached' });
    expect(await make.isEnabled()).toBe(true);
    await context.close();
  }, 60_000);

  it('stop and go on with their share, and are copied again as they were', async () => {
    const { url } = await stand.share({ label: 'acts' });
    const { page, context, t, signIn } = await stand.open();
    await signIn();
    await page.getByRole('link', { name: t('nav.shares') }).click();
    await page.getByRole('row', { name: 'acts' }).click();
    await page.getByRole('button', { name: t('shares.pause'), exact: true }).click();
    await page.locator('.drawer .badge', { hasText: t('share.state.paused') }).waitFor();
    expect((await fetch(url)).status).toBe(410);
    await page.getByRole('button', { name: t('shares.resume'), exact: true }).click();
    await page.locator('.drawer .badge', { hasText: t('share.state.active') }).waitFor();
    expect((await fetch(url)).status).toBe(200);
    await page.getByRole('button', { name: t('shares.copyAgain') }).click();
    expect(await page.getByLabel(t('link.asUrl'), { exact: true }).innerText()).toBe(url);
    await page.getByRole('button', { name: t('shares.details'), exact: true }).click();
    await page.locator('.timeline').getByText(t('shares.event.copied').replace('{who}', 'alice')).waitFor();
    await context.close();
  }, 60_000);

  it('that sign in once leave the address at once, and say when they no longer work', async () => {
    const { page, context, t } = await stand.open();
    await page.goto(`${stand.origin}/console/none`);
    await page.goto(`${stand.origin}/console/#sign-in=used-before`);
    await page.getByText(t('signIn.codeWrong')).waitFor();
    expect(page.url()).not.toContain('used-before');
    await page.goBack();
    expect(page.url()).not.toContain('used-before');
    await context.close();
  }, 60_000);
});
