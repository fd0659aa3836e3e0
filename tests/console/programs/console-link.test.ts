import { findProgram } from '@ossgrant/test-kit/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsolePage, type ConsoleStand, type LanguageTag, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;
// util-linux's, by its options.
const hasTerminal = findProgram({ command: 'script', packages: 'bsdutils' }) !== undefined;
/** V1 signs no name with a question mark. */
const ASKING = 'what?.txt';
/** Names another bucket. */
const ELSEWHERE = 'https://other-bucket.oss-cn-hangzhou.aliyuncs.com';
/** A domain of OSS's own, which may force a download. */
const ACCELERATED = 'accelerate';
const OWN = 'https://files.example.com';

describe.skipIf(!present)('links in the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => {
    stand = await startConsole(EXECUTABLE);
    await stand.oss.put(BUCKET, `reports/${ASKING}`, 'x\n');
  }, 120_000);
  afterAll(() => stand?.close(), 60_000);

  async function openPanel(name: string, language: LanguageTag = 'en'): Promise<ConsolePage> {
    const opened = await stand.open({ language });
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
    expect(await page.locator('.real-end').innerText()).toMatch(/\(in\s7\sdays\)/);
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
    await page.getByText(t('reason.KEY_AMBIGUOUS_IN_V1')).waitFor();
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

  it('show what was done with their share last, after more than a page of its history holds, and ask for no uses twice', async () => {
    await stand.share({ label: 'busy' });
    const { page, context, t, signIn } = await stand.open();
    await signIn();
    const at = new Date().toISOString();
    const event = (seq: number, kind: string): object => ({ seq, at, kind, actor: 'bob', body: {} });
    await page.route('**/events?*', (route) => {
      const { searchParams } = new URL(route.request().url());
      const used = searchParams.get('uses') === 'false' ? [] : [event(2, 'share.redeemed')];
      const first = { events: [event(1, 'share.created'), ...used], next: '2' };
      return route.fulfill({ json: searchParams.has('cursor') ? { events: [event(1001, 'share.paused')] } : first });
    });
    await page.getByRole('link', { name: t('nav.shares') }).click();
    await page.getByRole('row', { name: 'busy' }).click();
    await page.locator('.timeline li').nth(1).waitFor();
    expect((await page.locator('.timeline li span').allInnerTexts()).toSorted()).toEqual([
      t('shares.event.created').replace('{who}', 'bob'),
      t('shares.event.paused').replace('{who}', 'bob'),
    ]);
    await context.close();
  }, 60_000);

  it.each(['en', 'zh-CN'] as const)(
    'of a host that cannot work are refused before they are made, and warned of where it helps little, in %s',
    async (language) => {
      await stand.stopServer();
      await stand.startServer({ GRANT_HOSTS: [ELSEWHERE, ACCELERATED, OWN].join() });
      const { page, context, t, complaints, look } = await openPanel('a.txt', language);
      const dialog = page.getByRole('dialog');
      const make = dialog.getByRole('button', { name: t('link.make'), exact: true });
      const choose = async (host: string): Promise<void> => {
        await dialog.getByRole('button', { name: t('link.host') }).click();
        await page.getByRole('option', { name: host, exact: true }).click();
      };
      await page.getByText(t('link.show'), { exact: true }).click();
      await page.getByRole('button', { name: t('link.more') }).click();

      await choose(ELSEWHERE);
      await page.getByText(t('reason.INVALID_BUCKET')).waitFor();
      expect(await make.isEnabled()).toBe(false);
      const violations = [...(await look('host of another bucket'))];
      await choose(ACCELERATED);
      await page.getByText(t('warning.INLINE_ON_DEFAULT_DOMAIN')).waitFor();
      expect(await page.getByText(t('reason.INVALID_BUCKET')).count()).toBe(0);
      violations.push(...(await look('host that warns')));
      await choose(OWN);
      await page.getByText(t('warning.INLINE_ON_DEFAULT_DOMAIN')).waitFor({ state: 'detached' });
      await page.getByText(t('link.direct'), { exact: true }).click();
      await make.click();
      expect(await page.getByLabel(t('link.asUrl'), { exact: true }).innerText()).toMatch(`${OWN}/reports/a.txt?`);
      expect({ violations, complaints }).toEqual({ violations: [], complaints: [] });
      await context.close();
    },
    60_000,
  );

  it.skipIf(!hasTerminal)(
    'that sign in once do so, leave the address at once, and open nothing a second time',
    async () => {
      await stand.stopServer();
      const address = await stand.startServerOnTerminal();
      const code = new URL(address).hash.split('=')[1] ?? '';
      expect(address).toBe(`${stand.origin}/console/#sign-in=${code}`);
      const first = await stand.open();
      await first.page.goto(`${stand.origin}/console/none`);
      await first.page.goto(address);
      await first.page.getByRole('row', { name: 'reports/' }).waitFor();
      expect(await first.page.getByRole('button', { name: first.t('app.signOut') }).innerText()).toContain('terminal');
      expect(first.page.url()).not.toContain(code);
      await first.page.reload();
      await first.page.getByRole('row', { name: 'reports/' }).waitFor();
      await first.page.goBack();
      expect(first.page.url()).not.toContain(code);
      const kept = await first.page.evaluate(() =>
        JSON.stringify([...Object.entries(localStorage), ...Object.entries(sessionStorage)]),
      );
      expect(kept).not.toContain(code);
      expect(first.complaints).toEqual([]);
      await first.context.close();

      const second = await stand.open();
      await second.page.goto(`${stand.origin}/console/none`);
      await second.page.goto(address);
      await second.page.getByText(second.t('signIn.codeWrong')).waitFor();
      expect(second.page.url()).not.toContain(code);
      await second.context.close();
    },
    60_000,
  );
});
