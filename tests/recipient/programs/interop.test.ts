import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { servePage, type PageServer } from '@ossgrant/test-kit/serve-page';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from '../open-browser.ts';
import { BUCKET, openStand, type Stand } from '../stand.ts';

const require = createRequire(import.meta.url);
const ALI_OSS = path.join(path.dirname(require.resolve('ali-oss/package.json')), 'dist/aliyun-oss-sdk.min.js');
const KEY = 'dir/报告 a+b.bin';
const CONTENT = randomBytes(300_000);
const HASH = createHash('sha256').update(CONTENT).digest('hex');

interface AliOssClient {
  get(key: string): Promise<{ readonly content: ArrayBuffer }>;
}

type AliOss = new (options: object) => AliOssClient;

type Fields = Readonly<Record<string, string>>;

// The three shapes of a handle: where each is, and what it calls key id, secret and token.
const UPPER = ['AccessKeyId', 'AccessKeySecret', 'SecurityToken'] as const;
const SHAPES = [
  ['of the API', '', ['accessKeyId', 'accessKeySecret', 'securityToken']],
  ['of the mobile SDKs', '/mobile', UPPER],
  ['of a credentials URI', '/uri', UPPER],
] as const;

type Names = (typeof SHAPES)[number][2];

let server: PageServer;
let stand: Stand;
let browser: TestBrowser;
let handle: string;
beforeAll(async () => {
  server = await servePage({
    html: '<!doctype html><title>ali-oss</title><script src="/ali-oss.js"></script>',
    scriptAt: (name) => (name === '/ali-oss.js' ? ALI_OSS : undefined),
  });
  stand = await openStand({ [KEY]: CONTENT, 'other.txt': 'not granted' }, [server.origin]);
  browser = await openBrowser();
  const made = await stand.api('POST', '/v1/grant-handles', { bucket: BUCKET, prefix: 'dir/', sessionName: 'page-7' });
  handle = String(made['url']);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stand?.close();
  await server?.close();
});

describe("ali-oss's build for browsers", () => {
  /** Downloads with a client that asks the handle for its key before each request. */
  async function get(page: Page, address: string, names: Names, key: string): Promise<unknown> {
    // At an address without a name, this build leaves the bucket out.
    const endpoint = stand.oss.endpoint.replace('127.0.0.1', 'oss-cn-hangzhou.localhost');
    return page.evaluate(
      async (given) => {
        let asked = 0;
        const ask = async (): Promise<object> => {
          asked += 1;
          const fields = (await (await fetch(given.address)).json()) as Fields;
          const [accessKeyId, accessKeySecret, stsToken] = given.names.map((name) => fields[name]);
          return { accessKeyId, accessKeySecret, stsToken };
        };
        const { OSS } = globalThis as unknown as { readonly OSS: AliOss };
        const client = new OSS({
          ...(await ask()),
          refreshSTSToken: ask,
          refreshSTSTokenInterval: 0,
          region: 'oss-cn-hangzhou',
          endpoint: given.endpoint,
          bucket: given.bucket,
          authorizationV4: true,
        });
        try {
          const { content } = await client.get(given.key);
          const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(content)));
          return { hash: [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join(''), asked };
        } catch (error) {
          return (error as { readonly code?: string }).code;
        }
      },
      { address, names, key, bucket: BUCKET, endpoint },
    );
  }

  test.each(SHAPES)(
    'signs, and renews, with the shape %s, and reads what was granted only',
    async (_, suffix, names) => {
      const page = await browser.open(server.origin);
      expect(await get(page, handle + suffix, names, KEY)).toEqual({ hash: HASH, asked: 2 });
      expect(await get(page, handle + suffix, names, 'other.txt')).toBe('AccessDenied');
      await page.context().close();
    },
  );
});

// It opens sockets and files, which pages cannot: on Node only.
describe('@alicloud/credentials', () => {
  interface Credential {
    getCredential(): Promise<{ accessKeyId: string; accessKeySecret: string; securityToken: string }>;
  }
  const { Config, default: Client } = require('@alicloud/credentials') as {
    readonly Config: new (fields: object) => object;
    readonly default: new (config: object) => Credential;
  };
  const NodeOss = require('ali-oss') as AliOss;

  async function read(credential: Credential): Promise<string> {
    const { accessKeyId, accessKeySecret, securityToken } = await credential.getCredential();
    const client = new NodeOss({
      accessKeyId,
      accessKeySecret,
      stsToken: securityToken,
      refreshSTSTokenInterval: 300_000,
      region: 'oss-cn-hangzhou',
      endpoint: stand.oss.endpoint,
      bucket: BUCKET,
      authorizationV4: true,
    });
    const { content } = await client.get(KEY);
    return createHash('sha256').update(new Uint8Array(content)).digest('hex');
  }

  test('takes the handle as a credentials URI, and what it gives opens the object', async () => {
    const config = new Config({ type: 'credentials_uri', credentialsURI: `${handle}/uri` });
    expect(await read(new Client(config))).toBe(HASH);
  });

  test.each(SHAPES)('takes what a handle gives in the shape %s as a temporary key', async (_, suffix, names) => {
    const given = (await (await fetch(handle + suffix)).json()) as Fields;
    const [accessKeyId, accessKeySecret, securityToken] = names.map((name) => given[name]);
    const config = new Config({ type: 'sts', accessKeyId, accessKeySecret, securityToken });
    expect(await read(new Client(config))).toBe(HASH);
  });
});

test('reports nothing: no foreign request, no error of a page', () => {
  expect(browser.reports).toEqual([]);
});
