import { toProvider, type Credentials } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV4 } from '@ossgrant/signer-core';
import { servePage, type PageServer } from '@ossgrant/test-kit/serve-page';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadVectors } from '../load-vectors.ts';
import { PACKAGE_PAGE, STRICT_POLICY } from '../package-page.ts';

const KEY = 'dir/报告 a+b.txt';
const CONTENT = 'the owner’s content '.repeat(10_000);

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // As root no sandbox is available; the page is our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
});
afterAll(() => browser.close());

let oss: LocalOss;
let server: PageServer;
let page: Page;
let grants = 0;
let granted: Credentials | undefined;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', KEY, CONTENT);
  grants = 0;
  server = await servePage({
    ...PACKAGE_PAGE,
    respond: (request, response) => {
      if (request.url !== '/grant') return false;
      grants += 1;
      void grant().then((body) => response.end(body));
      return true;
    },
  });
  allow(server.origin);
  page = await browser.newPage();
  await page.goto(server.origin);
});
afterEach(async () => {
  await page.close();
  await server.close();
  await oss.close();
});

function allow(origin: string): void {
  oss.configureBucket('my-bucket', {
    cors: [
      {
        allowedOrigins: [origin],
        allowedMethods: ['GET'],
        allowedHeaders: ['*'],
        exposeHeaders: ['x-oss-hash-crc64ecma', 'x-oss-request-id', 'x-oss-ec', 'ETag'],
      },
    ],
  });
}

// What the owner's application server answers.
async function grant(): Promise<string> {
  const source = assumeRole({
    caller: oss.owner,
    roleArn: oss.roleArn,
    sessionName: 'page',
    scope: 'whole-role',
    endpoint: oss.endpoint,
  });
  granted = await toProvider(source).getCredentials();
  const { accessKeyId, accessKeySecret, securityToken, expiration } = granted;
  const key = { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken };
  return JSON.stringify({ StatusCode: 200, ...key, Expiration: expiration?.toISOString() });
}

/** Calls a function of the page's own script. */
async function call(name: string, argument: unknown): Promise<unknown> {
  return page.evaluate(`${name}(${JSON.stringify(argument)})`);
}

it('signs every vector in Chromium', async () => {
  expect(await call('runVectors', loadVectors())).toEqual({ passed: loadVectors().length, failed: [] });
});

function link(): string {
  const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
  const signed = signUrlV4({ method: 'GET', endpoint, bucket: 'my-bucket', key: KEY }, oss.owner, {
    date: oss.clock.now(),
    expiresInSeconds: 60,
  });
  return signed.origin + signed.path;
}

it('downloads by a link in Chromium, checked by CRC-64', async () => {
  expect(await call('downloadLink', link())).toEqual({ text: CONTENT, verified: 'crc64' });
});

it('checks and signs in JavaScript where the policy of the page refuses WebAssembly', async () => {
  const strict = await servePage({ ...PACKAGE_PAGE, policy: STRICT_POLICY });
  try {
    allow(strict.origin);
    await page.goto(strict.origin);
    expect(await call('compileModule', [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])).toBe('CompileError');
    expect(await call('downloadLink', link())).toEqual({ text: CONTENT, verified: 'crc64' });
    expect(await call('runVectors', loadVectors())).toMatchObject({ failed: [] });
  } finally {
    await strict.close();
  }
});

it('renews temporary credentials once for eight requests that meet their end', async () => {
  const { endpoint, region } = oss;
  const object = { endpoint, region, bucket: 'my-bucket', key: KEY, url: `${server.origin}/grant` };
  await page.evaluate(`globalThis.eight = createEightDownloads(${JSON.stringify(object)})`);
  const verified = Array.from({ length: 8 }, () => 'crc64');
  expect(await page.evaluate('eight()')).toEqual(verified);
  expect(grants).toBe(1);
  // The token that was given out ends now, while the page still believes in it.
  oss.expireToken(granted as Credentials);
  expect(await page.evaluate('eight()')).toEqual(verified);
  expect(grants).toBe(2);
});
