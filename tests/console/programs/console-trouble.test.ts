import { findProgram } from '@ossgrant/test-kit/find-program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsoleStand, startConsole, textsOf } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;
const BIG = 12 * 1024 * 1024;
const DAY_MS = 86_400_000;

describe.skipIf(!present)('the console in trouble', () => {
  let stand: ConsoleStand;
  beforeAll(async () => void (stand = await startConsole(EXECUTABLE)), 120_000);
  afterAll(() => stand?.close(), 60_000);

  it('says that the server is away, and goes on by itself once it is back', async () => {
    const { page, context, t, signIn, look } = await stand.open();
    await signIn();
    await stand.stopServer();
    try {
      await page.getByRole('link', { name: t('nav.shares') }).click();
      await page.getByText(t('offline.banner')).waitFor();
      expect(await look('offline')).toEqual([]);
    } finally {
      await stand.startServer();
    }
    await page.getByText(t('shares.none')).waitFor();
    expect(await page.getByText(t('offline.banner')).count()).toBe(0);
    await context.close();
  }, 90_000);

  it('asks to sign in again when the session has ended, and says that nothing is lost', async () => {
    const { page, context, t, signIn, look } = await stand.open();
    await signIn();
    await context.clearCookies();
    await page.getByRole('link', { name: t('nav.shares') }).click();
    await page.getByText(t('signIn.ended')).waitFor();
    expect(await look('session ended')).toEqual([]);
    await page.getByLabel(t('signIn.key')).fill('ogk_wrong');
    await page.getByRole('button', { name: t('signIn.submit') }).click();
    await page.getByText(t('signIn.wrong')).waitFor();
    await page.getByLabel(t('signIn.key')).fill(stand.key);
    await page.getByRole('button', { name: t('signIn.submit') }).click();
    await page.getByText(t('shares.none')).waitFor();
    await context.close();
  }, 60_000);

  it('keeps one of two tabs from overwriting what the other has changed', async () => {
    const { page, context, t, signIn } = await stand.open();
    await signIn();
    const { id } = await stand.share({ label: 'two tabs' });
    const other = await context.newPage();
    for (const tab of [page, other]) {
      await tab.goto(`${stand.origin}/console/#/shares/${id}`);
      await tab.getByRole('button', { name: t('shares.extend') }).waitFor();
    }
    // The list of the first stays as old as it is, however long this takes on a busy machine.
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/v1/shares?*', async (route) => {
      await held;
      await route.continue();
    });
    const extend = async (tab: typeof page): Promise<void> => {
      await tab.getByRole('button', { name: t('shares.extend') }).click();
      await tab.getByRole('menuitem').first().click();
    };
    const before = await endOf(id);
    await extend(other);
    await other.getByText(doneText(t('shares.done.extend'))).waitFor();
    await extend(page);
    release();
    await page.getByText(t('problem.revision-differs')).waitFor();
    expect(await endOf(id)).toBe(before + DAY_MS);
    // The list is up to date by now, so the change may be repeated.
    await extend(page);
    await page.getByText(doneText(t('shares.done.extend'))).waitFor();
    expect(await endOf(id)).toBe(before + 2 * DAY_MS);
    await context.close();
  }, 60_000);

  async function endOf(id: string): Promise<number> {
    const share = (await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { expiresAt: string };
    return Date.parse(share.expiresAt);
  }

  it('revokes a share while a download runs: that one ends whole, the next is refused', async () => {
    await stand.oss.put(BUCKET, 'reports/big.bin', new Uint8Array(BIG));
    const { page, context, t, signIn } = await stand.open();
    await signIn();
    const { url } = await stand.share({ key: 'reports/big.bin', label: 'running' });
    const running = await fetch(url);
    const reader = running.body?.getReader();
    let bytes = (await reader?.read())?.value?.length ?? 0;
    await page.getByRole('link', { name: t('nav.shares') }).click();
    await page.getByRole('row', { name: 'running' }).click();
    await page.getByRole('button', { name: t('shares.revoke'), exact: true }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: t('shares.revoke') })
      .click();
    await page.locator('.drawer .badge', { hasText: t('share.state.revoked') }).waitFor();
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) bytes += read.value.length;
    expect(bytes).toBe(BIG);
    expect((await fetch(url)).status).toBe(410);
    await context.close();
  }, 60_000);

  it('works below a path of the public address', async () => {
    await stand.stopServer();
    await stand.startServer({ GRANT_PUBLIC_URL: `${stand.origin}/oss/` });
    try {
      const context = await stand.browser.newContext();
      const page = await context.newPage();
      const t = textsOf('en');
      const failed: string[] = [];
      page.on('response', (response) => {
        if (response.status() >= 400 && !response.url().endsWith('/oss/v1/me')) failed.push(response.url());
      });
      // Without its slash, as people type it.
      await page.goto(`${stand.origin}/oss/console`);
      await page.getByLabel(t('signIn.key')).fill(stand.key);
      await page.getByRole('button', { name: t('signIn.submit') }).click();
      await page.getByRole('row', { name: 'reports/' }).click();
      await page.getByRole('button', { name: t('objects.getLinkFor').replace('{name}', 'a.txt') }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('link.make'), exact: true })
        .click();
      const url = await page.getByLabel(t('link.asUrl'), { exact: true }).innerText();
      expect(url).toContain(`${stand.origin}/oss/d/`);
      expect(await (await fetch(url)).text()).toBe('content of a\n'.repeat(1000));
      await page.getByRole('button', { name: t('common.close') }).click();
      await page.getByRole('link', { name: t('nav.shares') }).click();
      await page.getByRole('row', { name: 'a.txt' }).first().waitFor();
      const icon = page.locator('.brand img');
      expect(await icon.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
      expect(failed).toEqual([]);
      await context.close();
    } finally {
      await stand.stopServer();
      await stand.startServer();
    }
  }, 60_000);
});

/** The English text for one. */
function doneText(text: string): string {
  return /one \{([^}]*)\}/.exec(text)?.[1] ?? text;
}
