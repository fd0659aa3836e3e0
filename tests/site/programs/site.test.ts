import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveFolder } from '../serve-folder.ts';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const root = path.join(import.meta.dirname, '../../..');
const screenshots = path.join(root, '.reports/site');
const present = findProgram({ command: EXECUTABLE, packages: 'chromium' }) !== undefined;

const link =
  'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20200101T000000Z' +
  '&x-oss-expires=3600&x-oss-credential=LTAI5tExampleExample%2F20200101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request' +
  '&x-oss-signature=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const error = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>';

describe.skipIf(!present)('the site in Chromium', () => {
  let site: Awaited<ReturnType<typeof serveFolder>> | undefined;
  let browser: BrowserContext | undefined;
  let profile: string | undefined;
  /** Requests of a page, and refusals of its policy, since the page was opened. */
  let requests: string[];
  let complaints: string[];

  beforeAll(async () => {
    execFileSync(process.execPath, [path.join(root, 'site/tools/build.mjs')], { stdio: 'pipe' });
    mkdirSync(screenshots, { recursive: true });
    site = await serveFolder(path.join(root, 'site/.vitepress/dist'));
    profile = mkdtempSync(path.join(tmpdir(), 'ossgrant-site-'));
    browser = await chromium.launchPersistentContext(profile, {
      executablePath: EXECUTABLE,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    });
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
    if (profile !== undefined) rmSync(profile, { recursive: true, force: true });
  });

  async function open(where: string, width = 1280): Promise<Page> {
    if (browser === undefined || site === undefined) throw new Error('the site could not be built');
    const page = await browser.newPage();
    requests = [];
    complaints = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (problem) => complaints.push(problem.message));
    await page.setViewportSize({ width, height: 900 });
    await page.goto(site.origin + where, { waitUntil: 'networkidle' });
    return page;
  }

  it('reads a pasted link and its error in the page, and sends nothing after input', async () => {
    const page = await open('/playground');
    await page.getByLabel('Paste a link').waitFor();
    requests = [];
    await page.getByLabel('Paste a link').fill(`curl '${link}'\n${error}`);
    await page.getByText('What the link grants').waitFor();
    const shown = await page.locator('.inspector-result').innerText();
    expect(shown).toContain('my-bucket');
    expect(shown).toContain('EXPIRED');
    expect(shown).not.toContain('00112233445566778899');
    expect(shown).not.toContain('LTAI5tExampleExample');
    expect(page.url()).not.toContain('x-oss');
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('takes nothing pasted for markup', async () => {
    const page = await open('/playground');
    const markup = link.replace('a.txt', '%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E.txt');
    await page.getByLabel('Paste a link').fill(markup);
    await page.getByText('<img src=x onerror=alert(1)>.txt').first().waitFor();
    expect(await page.locator('.inspector-result img').count()).toBe(0);
    await page.close();
  });

  it.each([
    ['/', 'share a link', 'guides'],
    ['/', 'crc64', 'crc64'],
    ['/zh/', '临时凭证', 'zh/'],
  ])('finds on %s the searched words: %s', async (where, words, found) => {
    const page = await open(where);
    await page.locator('.VPNavBarSearch button').click();
    await page.locator('.VPLocalSearchBox input').fill(words);
    const results = page.locator('.VPLocalSearchBox .result');
    await results.first().waitFor();
    const links = await results.evaluateAll((all) => all.map((result) => result.getAttribute('href') ?? ''));
    // Which page is first changes with every page that mentions the words.
    expect(links.slice(0, 5).join('\n')).toContain(found);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each([
    '/',
    '/playground',
    '/errors',
    '/guides/share-a-link',
    '/packages/url-presigner',
    '/api/',
    '/zh/',
    '/zh/getting-started',
    '/zh/playground',
  ])('shows %s at 390 and 1,280 pixels without a complaint and without scrolling sideways', async (where) => {
    for (const width of [390, 1280]) {
      const page = await open(where, width);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(new URL(page.url()).origin) && !url.startsWith('data:'))).toEqual(
        [],
      );
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      const name = where.replaceAll('/', '_');
      await page.screenshot({
        path: path.join(screenshots, `${name}-${width}.png`),
        fullPage: where === '/playground',
      });
      await page.close();
    }
  });
});
