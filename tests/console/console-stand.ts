import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import { freePort, startPostgres } from '@ossgrant/test-servers/start-postgres';
import axe from 'axe-core';
import { Jimp } from 'jimp';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const root = path.join(import.meta.dirname, '../..');
const BIN = path.join(root, 'apps/grant-server/dist/grant-server.js');
const screenshots = path.join(root, '.reports/console');
export const BUCKET = 'reports-bucket';
/** A name that shells, spreadsheets and headers trip over. */
export const ODD_NAME = "it's Q3 报告 (1).txt";

export type LanguageTag = 'en' | 'zh-CN';
/** In pixels, of `pictures/sea.png`. */
export const PICTURE = { width: 400, height: 200 };
type Texts = Readonly<Record<string, string>>;

/** The page's own texts, as their files have them. */
export function textsOf(language: LanguageTag): (name: string) => string {
  const file = path.join(root, `apps/console/src/texts/${language}.json`);
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Texts;
  return (name) => texts[name] ?? `no text ${name}`;
}

/** A page of the console, and what it complained about. */
export interface ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly t: (name: string) => string;
  /** Errors of the page and of its policy. */
  readonly complaints: readonly string[];
  signIn(): Promise<void>;
  /** Keeps a picture in each theme, and finds what axe objects to in them. */
  look(name: string): Promise<readonly string[]>;
}

export interface PageOptions {
  readonly language?: LanguageTag;
  readonly width?: number;
  readonly theme?: 'light' | 'dark';
}

/** The server, what is under it, and a browser. */
export interface ConsoleStand {
  readonly oss: LocalOss;
  readonly origin: string;
  readonly key: string;
  api(method: string, path: string, body?: unknown): Promise<Response>;
  share(fields?: Record<string, unknown>): Promise<{ id: string; url: string }>;
  open(options?: PageOptions): Promise<ConsolePage>;
  stopServer(): Promise<void>;
  /** @param settings environment besides the usual */
  startServer(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Starts the server as on a terminal. @returns the address that it prints there, which signs in once */
  startServerOnTerminal(): Promise<string>;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** "link result en 360 dark" is one of "link result". */
function screenOf(picture: string): string {
  return picture.split(' ').slice(0, -3).join(' ');
}

async function spawnServer(env: Record<string, string>): Promise<ChildProcess> {
  if (!existsSync(BIN))
    throw new Error('build the server first: pnpm exec turbo run build --filter=@ossgrant/grant-server');
  const child = spawn(process.execPath, [BIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await printed(child, child.stderr, /"listening"/);
  return child;
}

/** Waits until the server has printed it. */
async function printed(child: ChildProcess, stream: Readable, wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    stream.on('data', (data: Buffer) => {
      log += data.toString();
      const found = wanted.exec(log);
      if (found !== null) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
}

/** What was looked at, for the count at the end. */
const seen = new Set<string>();

/** Starts it all. */
export async function startConsole(executablePath: string): Promise<ConsoleStand> {
  const [oss, database, port] = await Promise.all([
    startLocalOss({ images: () => import('jimp') }),
    startPostgres(),
    freePort(),
  ]);
  await oss.put(BUCKET, 'reports/a.txt', 'content of a\n'.repeat(1000));
  await oss.put(BUCKET, `reports/${ODD_NAME}`, 'odd content\n');
  await oss.put(BUCKET, 'reports/page.html', '<p>page</p>');
  const picture = await new Jimp({ width: PICTURE.width, height: PICTURE.height, color: 0x2f_6f_b0_ff }).getBuffer(
    'image/png',
  );
  await oss.put(BUCKET, 'pictures/sea.png', picture, { headers: { 'content-type': 'image/png' } });
  await oss.put(BUCKET, 'pictures/broken.png', 'not a picture', { headers: { 'content-type': 'image/png' } });
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...oss.environment(),
    OSS_ENDPOINT: oss.endpoint,
    OSS_REGION: oss.region,
    GRANT_BUCKETS: BUCKET,
    GRANT_ROLE_ARN: oss.roleArn,
    GRANT_TOKEN_KEYS: `1:${randomBytes(32).toString('base64')}`,
    DATABASE_URL: database.url,
    PORT: String(port),
  };
  let child = await spawnServer(env);
  const origin = `http://127.0.0.1:${port}`;
  const make = ['keys', 'make', '--owner', 'alice', '--admin', '--scope', `${BUCKET}/=365`];
  const key = (await promisify(execFile)(process.execPath, [BIN, ...make], { env })).stdout.trim();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  mkdirSync(screenshots, { recursive: true });

  async function stopServer(): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  const stand: ConsoleStand = {
    oss,
    origin,
    key,
    browser,
    stopServer,
    async startServer(settings = {}) {
      child = await spawnServer({ ...env, ...settings });
    },
    async startServerOnTerminal() {
      // Gives the server a terminal, which goes with it.
      const onTerminal = spawn('script', ['--quiet', '--command', `exec '${process.execPath}' '${BIN}'`, '/dev/null'], {
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      child = onTerminal;
      return printed(onTerminal, onTerminal.stdout, /http\S+#sign-in=[\w-]+(?=\s)/);
    },
    api: (method, where, body) =>
      fetch(origin + where, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async share(fields = {}) {
      const response = await stand.api('POST', '/v1/shares', { bucket: BUCKET, key: 'reports/a.txt', ...fields });
      return (await response.json()) as { id: string; url: string };
    },
    open: (options = {}) => openPage(stand, options),
    async close() {
      console.log(`looked at ${seen.size} pictures of ${new Set([...seen].map(screenOf)).size} screens and states`);
      await browser.close();
      await stopServer();
      await database.close();
      await oss.close();
    },
  };
  return stand;
}

async function openPage(stand: ConsoleStand, options: PageOptions): Promise<ConsolePage> {
  const { language = 'en', width = 1280, theme = 'light' } = options;
  const context = await stand.browser.newContext({
    viewport: { width, height: 900 },
    locale: language === 'en' ? 'en-US' : language,
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const t = textsOf(language);
  const complaints: string[] = [];
  // Refusals of the API are part of some tests; the browser writes each of them down.
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load')) complaints.push(message.text());
  });
  page.on('pageerror', (problem) => complaints.push(problem.message));
  await page.goto(`${stand.origin}/console/`);
  return {
    page,
    context,
    t,
    complaints,
    async signIn() {
      await page.getByLabel(t('signIn.key')).fill(stand.key);
      await page.getByRole('button', { name: t('signIn.submit') }).click();
      await page.getByRole('row', { name: 'reports/' }).waitFor();
    },
    async look(name) {
      const found: string[] = [];
      // The page's own theme last, so that it goes on as it was.
      for (const shown of theme === 'light' ? (['dark', 'light'] as const) : (['light', 'dark'] as const)) {
        await page.emulateMedia({ colorScheme: shown });
        await comeToRest(page);
        await page.screenshot({ path: path.join(screenshots, `${name} ${language} ${width} ${shown}.png`) });
        // A theme changes colours and nothing else: the other rules are held to the page in one of them.
        const violations = await violationsIn(page, shown === theme ? undefined : ['color-contrast']);
        found.push(...violations.map((violation) => `${name}, ${shown}: ${violation}`));
        seen.add(`${name} ${language} ${width} ${shown}`);
      }
      return found;
    },
  };
}

/** Waits until what moves has ended, and is drawn. */
async function comeToRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ending.map(({ finished }) => finished));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** @param rules of axe; all where it is absent */
async function violationsIn(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  if (await page.evaluate(() => !('axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(
    async (only) => {
      const { axe: checker } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await checker.run(document, { preload: false, ...(only && { runOnly: only }) });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
    rules === undefined ? undefined : [...rules],
  );
}
