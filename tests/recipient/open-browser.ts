import { mkdirSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core';

/** A browser whose pages report what their policy refuses. */
export interface TestBrowser {
  /** Everything that a page's policy has refused, and every request to a host that is not this machine. */
  readonly reports: readonly string[];
  /** Opens an address in a context of its own. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** The process that a page runs in. */
  processOf(page: Page): Promise<number>;
  close(): Promise<void>;
}

/** Starts Debian's Chromium, or the one that CHROMIUM names. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As root no sandbox is available; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const reports: string[] = [];
  return {
    reports,
    async open(url, options = {}) {
      const context = await browser.newContext({ locale: 'en-US', ...options });
      const page = await context.newPage();
      if (options.javaScriptEnabled !== false) {
        await context.exposeFunction('reportViolation', (text: string) => void reports.push(text));
        await page.addInitScript(() => {
          document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
            const { reportViolation } = globalThis as unknown as { reportViolation: (text: string) => void };
            reportViolation(`${violatedDirective} ${blockedURI} ${sourceFile}`);
          });
        });
      }
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (/^https?:$/.test(protocol) && !/^127\.0\.0\.1$|\.localhost$/.test(hostname))
          reports.push(`request to ${hostname}`);
      });
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) reports.push(message.text());
      });
      page.on('pageerror', (error) => void reports.push(`error in the page: ${error.message}`));
      await page.goto(url);
      return page;
    },
    async processOf(page) {
      // A page of a context of its own has the youngest process of its kind.
      await page.evaluate(() => 0);
      const session = await browser.newBrowserCDPSession();
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      return Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id));
    },
    close: () => browser.close(),
  };
}

const SHOTS = path.join(import.meta.dirname, '../../.reports/recipient');
mkdirSync(SHOTS, { recursive: true });

/** The rules of WCAG 2.2 AA that a page breaks, by axe-core, and what of it is wider than its window. */
export async function flawsOf(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy would refuse it.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly });
    const { scrollWidth, clientWidth } = document.documentElement;
    return [
      ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
      ...(scrollWidth > clientWidth ? [`${scrollWidth} px wide in a window of ${clientWidth}`] : []),
    ];
  });
}

/** Keeps a picture of a page for whoever wants to look. */
export async function takePicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}
