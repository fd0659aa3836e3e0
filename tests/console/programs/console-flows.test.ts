import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';
import jsqr from 'jsqr';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUCKET, type ConsoleStand, type LanguageTag, ODD_NAME, startConsole } from '../console-stand.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const PASSWORD = 'open-sesame';
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;

describe.skipIf(!present)('the console', () => {
  let stand: ConsoleStand;
  beforeAll(async () => void (stand = await startConsole(EXECUTABLE)), 120_000);
  afterAll(() => stand?.close(), 60_000);

  const places: readonly (readonly [LanguageTag, number, 'light' | 'dark'])[] = [
    ['en', 1280, 'light'],
    ['en', 360, 'dark'],
    ['zh-CN', 1280, 'dark'],
    ['zh-CN', 360, 'light'],
    ['en', 2560, 'dark'],
    ['zh-CN', 2560, 'light'],
  ];

  it.each(places)(
    'hands out, shows and ends links in %s at %d px (%s), without a violation or a report',
    async (language, width, theme) => {
      const { page, context, t, complaints, signIn, look } = await stand.open({ language, width, theme });
      const violations: string[] = [];
      const see = async (name: string): Promise<void> => void violations.push(...(await look(name)));
      const press = (name: string): Promise<void> => page.getByRole('button', { name: t(name), exact: true }).click();
      await page.getByLabel(t('signIn.key')).waitFor();
      await see('sign in');
      await signIn();
      await see('bucket');
      await page.getByRole('row', { name: 'reports/' }).click();
      await page.getByRole('row', { name: 'a.txt' }).waitFor();
      await page.getByRole('row', { name: 'a.txt' }).locator('.checkbox').click();
      await see('folder');

      await page
        .locator('.folder-foot')
        .getByRole('button', { name: t('objects.getLink') })
        .click();
      await page.getByLabel(t('link.filename')).waitFor();
      await see('link');
      await press('link.more');
      await page.getByLabel(t('link.uses'), { exact: true }).fill('3');
      await page.getByLabel(t('link.label'), { exact: true }).fill(`${language} ${width}`);
      await see('link options');
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('link.make'), exact: true })
        .click();
      await page.getByRole('img', { name: t('link.qr') }).waitFor();
      await see('link result');
      const url = await page.getByLabel(t('link.asUrl'), { exact: true }).innerText();
      expect(await (await fetch(url)).text()).toBe('content of a\n'.repeat(1000));
      await press('link.another');
      await page.getByText(t('link.direct'), { exact: true }).click();
      await page.getByText(t('link.untilDate')).click();
      await page.getByRole('group', { name: t('link.end') }).waitFor();
      await see('direct link');
      await press('common.close');

      await page.getByRole('link', { name: t('nav.shares') }).click();
      await page.getByRole('row', { name: `${language} ${width}` }).click();
      await page.getByText(t('shares.chart')).waitFor();
      await see('share');
      await press('shares.revoke');
      await page.getByRole('alertdialog').waitFor();
      await see('confirm');
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: t('shares.revoke') })
        .click();
      await page.locator('.drawer .badge', { hasText: t('share.state.revoked') }).waitFor();
      const happened = page.locator('.timeline li');
      await happened.getByText(t('shares.event.revoked').replace('{who}', 'alice')).waitFor();
      expect((await happened.locator('span:not(.hint)').allInnerTexts()).slice(-3)).toEqual([
        t('shares.event.revoked').replace('{who}', 'alice'),
        t('shares.used').replace('{address}', '127.0.0.1'),
        t('shares.event.created').replace('{who}', 'alice'),
      ]);
      expect((await fetch(url)).status).toBe(410);
      await press('common.close');
      await see('shares');

      await page.getByRole('link', { name: t('nav.access') }).click();
      await page.getByLabel(t('access.prefix'), { exact: true }).fill('reports/');
      await page.getByLabel(t('access.try'), { exact: true }).fill('reports/a.txt');
      await page.getByText(t('access.allowed').replace('{key}', 'reports/a.txt')).waitFor();
      await see('access');
      await press('access.make');
      await page.getByText(t('access.ready')).waitFor();
      await see('access result');
      const handle = await page.locator('.tab-panel .code').first().innerText();
      expect(await (await fetch(handle)).json()).toHaveProperty('securityToken');

      await page.getByRole('link', { name: t('nav.inspect') }).click();
      await page
        .getByRole('textbox')
        .fill(`curl 'https://${BUCKET}.oss-cn-hangzhou.aliyuncs.com/a.txt?x-oss-date=20200101T000000Z'`);
      await see('inspect');
      await page.getByRole('button', { name: t('app.signOut') }).click();
      await page.getByLabel(t('signIn.key')).waitFor();

      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect({ violations, complaints, overflow }).toEqual({ violations: [], complaints: [], overflow: 0 });
      await context.close();
    },
    300_000,
  );

  it('writes commands that download the right bytes under the right name, and a QR code that is the link', async () => {
    const { page, context, t, complaints, signIn } = await stand.open();
    await signIn();
    await page.goto(`${stand.origin}/console/#/objects/${BUCKET}/reports/`);
    await page.getByRole('button', { name: t('objects.getLinkFor').replace('{name}', ODD_NAME) }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('link.make'), exact: true })
      .click();
    await page.getByRole('img', { name: t('link.qr') }).waitFor();
    const url = await page.getByLabel(t('link.asUrl'), { exact: true }).innerText();
    const folder = mkdtempSync(path.join(tmpdir(), 'ossgrant-console-'));
    try {
      await runCommands(page, ['curl', 'wget', 'aria2', 'Python'], folder);
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: t('link.saveSvg') }).click();
      const svg = readFileSync(await (await saved).path(), 'utf8');
      expect(await decoded(page, svg)).toBe(url);
      await page.getByRole('button', { name: t('link.another') }).click();
      await page.getByRole('button', { name: t('link.more') }).click();
      await page.getByLabel(t('link.password'), { exact: true }).fill(PASSWORD);
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('link.make'), exact: true })
        .click();
      await page.getByText(t('link.needsPassword')).first().waitFor();
      await runCommands(page, ['curl', 'wget', 'Python'], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('downloads by a direct URL under the name that was asked for, and refuses an inline page before it is made', async () => {
    const { page, context, t, signIn } = await stand.open();
    await signIn();
    await page.goto(`${stand.origin}/console/#/objects/${BUCKET}/reports/`);
    await page.getByRole('button', { name: t('objects.getLinkFor').replace('{name}', 'page.html') }).click();
    await page.getByText(t('link.show'), { exact: true }).click();
    await page.getByText(t('link.cannot')).waitFor();
    expect(
      await page
        .getByRole('button', { name: t('link.make'), exact: true })
        .last()
        .isDisabled(),
    ).toBe(true);
    await page.getByText(t('link.save'), { exact: true }).click();
    await page.getByText(t('link.direct'), { exact: true }).click();
    await page.getByLabel(t('link.filename')).fill('季度.html');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('link.make'), exact: true })
      .click();
    const url = await page.getByLabel(t('link.asUrl'), { exact: true }).innerText();
    const other = await context.newPage();
    const download = other.waitForEvent('download');
    await other.goto(url).catch(() => {});
    expect((await download).suggestedFilename()).toBe('季度.html');
    await context.close();
  }, 60_000);
});

/** Runs what each tab shows as its reader would, with the password at hand, and reads the file that it leaves. */
async function runCommands(page: Page, names: readonly string[], folder: string): Promise<void> {
  const env = { PASSWORD };
  for (const name of names) {
    await page.getByRole('tab', { name }).click();
    const command = await page.locator('pre.code:visible').innerText();
    if (name === 'Python') {
      writeFileSync(path.join(folder, 'get.py'), command);
      await runProgram('python3', ['get.py'], env, folder);
    } else {
      await runProgram('sh', ['-c', command], env, folder);
    }
    expect([name, readFileSync(path.join(folder, ODD_NAME), 'utf8')]).toEqual([name, 'odd content\n']);
    rmSync(path.join(folder, ODD_NAME));
  }
}

/** What a reader sees in a picture, drawn by the browser. */
async function decoded(page: Page, svg: string): Promise<string | undefined> {
  const { data, size } = await page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    const side = 400;
    const canvas = new OffscreenCanvas(side, side);
    const drawing = canvas.getContext('2d');
    drawing?.drawImage(image, 0, 0, side, side);
    return { data: [...(drawing?.getImageData(0, 0, side, side).data ?? [])], size: side };
  }, svg);
  // A package without named exports: Node hands over the whole module.
  return jsqr.default(new Uint8ClampedArray(data), size, size)?.data;
}
