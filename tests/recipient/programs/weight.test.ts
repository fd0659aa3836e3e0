import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '../open-browser.ts';
import { openStand, type Stand } from '../stand.ts';

const KB = 1024;

let stand: Stand;
let browser: TestBrowser;
beforeAll(async () => {
  stand = await openStand({ 'many/a.bin': new Uint8Array(1000), 'many/b.bin': new Uint8Array(1000) });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stand?.close();
});

/** Bytes of a response as they cross the network. The page itself is not compressed, as it may hold a password: it counts as if it were. */
async function weightOf(response: Response): Promise<number> {
  if ((await response.headerValue('content-encoding')) === 'gzip') {
    return (await response.request().sizes()).responseBodySize;
  }
  return gzipSync(await response.body()).length;
}

/** What a page has loaded from its own server so far, other than JSON. */
function watch(page: Page): () => Promise<{ readonly names: string[]; readonly bytes: number }> {
  const loaded: Response[] = [];
  page.on('response', (response) => {
    if (/html|javascript|css/.test(response.headers()['content-type'] ?? '')) loaded.push(response);
  });
  return async () => {
    const now = [...loaded];
    const weights = await Promise.all(now.map(weightOf));
    const names = now.map((response, index) => `${nameOf(response)} ${weights[index]}`);
    return { names, bytes: weights.reduce((sum, weight) => sum + weight, 0) };
  };
}

function nameOf(response: Response): string {
  const file = new URL(response.url()).pathname.split('/').at(-1) ?? '';
  return file.includes('.') ? file.replace(/-[\w-]{8}\./, '.') : 'page';
}

test.each([
  ['one object', { key: 'many/a.bin' }, 'en-US', 'Download'],
  ['one object, in Chinese', { key: 'many/a.bin' }, 'zh-CN', '下载'],
  ['several objects', { prefix: 'many/' }, 'en-US', 'Download a.bin'],
] as const)('is light until it can be used, and until bytes flow: %s', async (name, fields, locale, label) => {
  const { url } = await stand.share(fields);
  const page = await browser.open('about:blank', { locale });
  const weigh = watch(page);
  await page.goto(url);
  const button = page.getByRole('button', { name: label, exact: true });
  await button.waitFor();
  const usable = await weigh();
  const [, flowing] = await Promise.all([
    button.click(),
    page.waitForRequest((request) => request.url().startsWith(stand.oss.endpoint)).then(weigh),
  ]);
  const size = (bytes: number): string => `${(bytes / KB).toFixed(1)} KB`;
  console.log(`${name}: ${size(usable.bytes)} until it can be used (${usable.names.join(', ')})`);
  console.log(
    `${name}: ${size(flowing.bytes)} until bytes flow (${flowing.names.slice(usable.names.length).join(', ')})`,
  );
  expect(usable.bytes).toBeLessThanOrEqual(15 * KB);
  expect(flowing.bytes).toBeLessThanOrEqual(28 * KB);
  await page.context().close();
});
