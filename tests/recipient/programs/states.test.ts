import { afterAll, beforeAll, expect, test } from 'vitest';
import { flawsOf, openBrowser, takePicture, VIEWS, type TestBrowser } from '../open-browser.ts';
import { openStand, type Stand } from '../stand.ts';

// A red square.
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mP8z8BQz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC',
  'base64',
);
let stand: Stand;
let browser: TestBrowser;
const addresses = new Map<string, string>();
beforeAll(async () => {
  stand = await openStand({
    'reports/年度报告 2026, a rather long name for a file that somebody shares.pdf': 'content',
    'many/a.txt': 'a',
    'many/年度报告.pdf': 'b'.repeat(5_000_000),
    'many/deep/c.bin': 'c'.repeat(1234),
    'photo.png': PNG,
  });
  browser = await openBrowser();
  const long = { key: 'reports/年度报告 2026, a rather long name for a file that somebody shares.pdf' };
  const add = async (name: string, fields: Readonly<Record<string, unknown>>): Promise<string> => {
    const { id, url } = await stand.share(fields);
    addresses.set(name, url);
    return id;
  };
  const label = 'Ann Example, finance';
  await add('one', { ...long, label, maxUses: 3 });
  await add('many', { prefix: 'many/', label });
  await add('password', { ...long, password: 'open sesame' });
  await add('image', { key: 'photo.png' });
  await add('not-yet', { ...long, notBefore: new Date(Date.now() + 86_400_000).toISOString() });
  await stand.change(await add('paused', long), 'pause');
  await stand.change(await add('revoked', long), 'revoke');
  await add('used-up', { ...long, maxUses: 1 });
  await fetch(addresses.get('used-up') ?? '');
  await add('expired', { ...long, expiresIn: 60 });
  stand.advance(61_000);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

const NAMES = ['one', 'many', 'password', 'image', 'not-yet', 'paused', 'revoked', 'used-up', 'expired'];
test.each(VIEWS)(
  'shows every state without a flaw, a report or a foreign request: %s',
  async (view, options) => {
    const flaws: string[] = [];
    for (const name of NAMES) {
      const page = await browser.open(addresses.get(name) ?? '', options);
      if (['one', 'image'].includes(name)) await page.locator('summary').waitFor();
      if (name === 'many') await page.locator('.objects li').first().waitFor();
      if (name === 'image') {
        await page.getByRole('button', { name: /^(Preview|预览)$/ }).click();
        await page.locator('.preview img').waitFor();
      }
      if (name === 'password') {
        await page.getByLabel(/Password|密码/).fill('wrong');
        await page.getByRole('button').click();
        await page.getByRole('alert').waitFor();
      }
      expect(await page.locator('html').getAttribute('lang')).toBe(view.startsWith('zh') ? 'zh-CN' : 'en');
      flaws.push(...(await flawsOf(page)).map((flaw) => `${name}: ${flaw}`));
      await takePicture(page, `${name}-${view}`);
      await page.context().close();
    }
    console.log(
      `${view}: ${NAMES.length} states, ${flaws.length} violations of axe-core's rules, ${browser.reports.length} reports`,
    );
    expect([...flaws, ...browser.reports]).toEqual([]);
  },
  300_000,
);

test('keeps its button and its end where they were when the script takes over', async () => {
  const { url } = await stand.share({ key: 'photo.png', maxUses: 3, label: 'Ann Example, finance' });
  const page = await browser.open('about:blank');
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  await page.route('**/recipient/**', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(url, { waitUntil: 'commit' });
  const places = async (): Promise<unknown> =>
    Promise.all([page.getByRole('button').first(), page.locator('dd').first()].map((one) => one.boundingBox()));
  await page.getByText('Downloads left').waitFor();
  const before = (await places()) as readonly { readonly width: number }[];
  goOn();
  await page.locator('summary').waitFor();
  expect(await places()).toEqual([before[0], { ...before[1], width: expect.any(Number) }]);
  await page.context().close();
}, 60_000);

test.each(VIEWS)(
  'works as a form without script: %s',
  async (view, options) => {
    const { id, url } = await stand.share({ key: 'many/年度报告.pdf', maxUses: 1 });
    const page = await browser.open(url, { ...options, javaScriptEnabled: false });
    await takePicture(page, `form-${view}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button').click()]);
    expect(download.suggestedFilename()).toBe('年度报告.pdf');
    expect(await stand.uses(id)).toBe(1);
    const list = await browser.open(addresses.get('many') ?? '', { ...options, javaScriptEnabled: false });
    await list.getByRole('button').first().click();
    await list.locator('.objects li').first().waitFor();
    await takePicture(list, `form-many-${view}`);
    expect(await list.locator('.objects li').count()).toBe(3);
    await page.context().close();
    await list.context().close();
  },
  60_000,
);

test.each([
  [
    'WeChat',
    'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50',
    'Open this page in your browser',
  ],
  ['a previewer', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'A file was shared with you'],
])(
  'uses nothing up for %s, and does not name the file',
  async (_, userAgent, heading) => {
    const { id, url } = await stand.share({ key: 'many/a.txt', maxUses: 1 });
    const page = await browser.open(url, { userAgent, javaScriptEnabled: false });
    expect(await page.locator('h1').textContent()).toBe(heading);
    expect(await page.content()).not.toContain('a.txt');
    await page.context().close();
    expect(await stand.uses(id)).toBe(0);
  },
  60_000,
);
