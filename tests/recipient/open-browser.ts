import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** A browser whose pages report what their policy refuses. */
export interface TestBrowser {
  /** Everything that a page's policy has refused, and every request to a host that is not this machine. */
  readonly reports: readonly string[];
  /** Opens an address in a context of its own, and waits until its script has started. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens an address as people do, for measurements: a page of playwright's keeps a copy of all that it receives, for DevTools. */
  openUnwatched(url: string, downloads: string): Promise<UnwatchedPage>;
  close(): Promise<void>;
}

/** A page that no tool watches: nothing but expressions are run in it. */
export interface UnwatchedPage {
  /** Runs an expression as if somebody had pressed something. */
  evaluate(expression: string): Promise<unknown>;
  /** Bytes of memory: of all processes that pages run in, and of what the script holds, buffers included. */
  memory(): Promise<{ readonly processes: number; readonly script: number }>;
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
      // A click before that would send the form that works without script.
      if (options.javaScriptEnabled !== false) await page.locator(SERVER_FORM).waitFor({ state: 'detached' });
      return page;
    },
    openUnwatched: (url, downloads) => openUnwatched(browser, url, downloads),
    close: () => browser.close(),
  };
}

const SERVER_FORM = '#page form[method=post]';
/** Whether a page's script has taken the place of the form that works without it. */
export const IS_STARTED = `document.querySelector('${SERVER_FORM}') === null`;

const MOST_MS = 30_000;

// In a context that playwright does not know, so that it leaves its pages alone.
async function openUnwatched(browser: Browser, url: string, downloadPath: string): Promise<UnwatchedPage> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send('Target.createBrowserContext');
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', browserContextId, downloadPath });
  const { targetId } = await session.send('Target.createTarget', { url, browserContextId });
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map<number, (result: Readonly<Record<string, unknown>>) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result = {} } = JSON.parse(message) as { id: number; result?: Record<string, unknown> };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  // A page that is loaded anew may leave a question without an answer.
  async function send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = (last += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the page gives no answer to ${method}`)), MOST_MS);
      waiting.set(id, (result) => {
        clearTimeout(timer);
        resolve(result);
      });
      session
        .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) })
        .catch(reject);
    });
  }
  return {
    async evaluate(expression) {
      const wanted = { expression, userGesture: true, awaitPromise: true, returnByValue: true };
      const { result } = await send('Runtime.evaluate', wanted);
      return (result as { readonly value?: unknown } | undefined)?.value;
    },
    async memory() {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id));
      const heap = await send('Runtime.getHeapUsage');
      const script = ['usedSize', 'embedderHeapUsedSize', 'backingStorageSize'].map((name) => Number(heap[name] ?? 0));
      return { processes: sum(await Promise.all(pages)), script: sum(script) };
    },
    async close() {
      await session.send('Target.disposeBrowserContext', { browserContextId });
      await session.detach();
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Bytes of memory that a process has now; 0 when it has ended. */
async function residentOf(pid: number): Promise<number> {
  const [, pages = '0'] = (await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')).split(' ');
  return Number(pages) * 4096;
}

/** Each language in both widths, each width in both colours. */
export const VIEWS: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['zh-wide-light', { locale: 'zh-CN', viewport: { width: 1280, height: 800 }, colorScheme: 'light' }],
  ['zh-narrow-dark', { locale: 'zh-CN', viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ['en-wide-dark', { locale: 'en-US', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }],
  ['en-narrow-light', { locale: 'en-US', viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
];

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
