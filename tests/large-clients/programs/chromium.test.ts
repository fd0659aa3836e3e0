import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toProvider, type Credentials } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { startLocalOss, type JournalEntry, type LocalOss } from '@ossgrant/local-oss';
import { clientTable } from '@ossgrant/test-clients/compatibility-table';
import { linkTo } from '@ossgrant/test-clients/link-to';
import { npmVersion } from '@ossgrant/test-clients/npm-version';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumVersion, launchChromium } from '../launch-chromium.ts';
import { servePage, type PageServer } from '@ossgrant/test-kit/serve-page';

const require = createRequire(import.meta.url);
const SCRIPTS: Readonly<Record<string, string>> = {
  'aliyun-oss-sdk.min.js': require.resolve('ali-oss/dist/aliyun-oss-sdk.min.js'),
  'ali-oss-page.mjs': fileURLToPath(new URL('../ali-oss-page.mjs', import.meta.url)),
};
const PAGE = {
  html: `<!doctype html>${Object.keys(SCRIPTS)
    .map((name) => `<script src="/${name}"></script>`)
    .join('')}`,
  scriptAt: (pathname: string): string | undefined => SCRIPTS[pathname.slice(1)],
};
const KEY = "dir/name with space+plus&'()*!%目录😀.txt";

const version = chromiumVersion();

describe.skipIf(version === undefined)('a page on another origin', () => {
  const table = clientTable({
    mark: 'chromium',
    name: `Page with ali-oss ${npmVersion('ali-oss', import.meta.url)} and fetch, Chromium`,
    version: version ?? '',
    origin: 'Debian',
  });
  let profile: string;
  let browser: BrowserContext;
  let server: PageServer;
  let oss: LocalOss;
  let page: Page;
  let writer: Credentials;
  let assume: () => Promise<Credentials>;

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'ossgrant-profile-'));
    [browser, server, oss] = await Promise.all([launchChromium(profile), servePage(PAGE), startLocalOss()]);
    await oss.createBucket('client-bucket');
    const everything = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }] };
    const roleArn = oss.addRole({ name: 'page-writer', policies: [everything] });
    const { endpoint, owner: caller } = oss;
    const source = assumeRole({ caller, roleArn, endpoint, sessionName: 'page', scope: 'whole-role' });
    assume = () => toProvider(source).getCredentials();
    writer = await assume();
    page = await browser.newPage();
    await page.goto(server.origin);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([server.close(), oss.close(), rm(profile, { recursive: true })]);
  });
  beforeEach(() => {
    const allowedMethods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];
    const facts = ['hash-crc64ecma', 'meta-uid', 'next-append-position', 'request-id'];
    const exposeHeaders = ['ETag', ...facts.map((name) => `x-oss-${name}`)];
    // Without an age each request asks anew.
    const rule = { allowedMethods, allowedHeaders: ['*'], exposeHeaders, maxAgeSeconds: 0 };
    oss.configureBucket('client-bucket', { cors: [{ ...rule, allowedOrigins: [server.origin] }] });
    oss.journal.clear();
  });

  const asked = (method: string): readonly JournalEntry[] =>
    oss.journal.entries().filter((entry) => entry.method === method);

  describe.each(['v1', 'v4'] as const)('with ali-oss and temporary credentials, %s', (scheme) => {
    const header = `${scheme.toUpperCase()} header`;
    const inPage = ({ securityToken: stsToken, accessKeyId, accessKeySecret }: Credentials) => ({
      accessKeyId,
      accessKeySecret,
      stsToken,
    });
    const aliOss = async (operation: string, args: readonly string[], use = writer, renewed?: Credentials) => {
      const options = {
        ...inPage(use),
        bucket: 'client-bucket',
        region: 'oss-cn-hangzhou',
        endpoint: oss.endpoint.replace('127.0.0.1', 'oss-cn-hangzhou.localhost'),
        authorizationV4: scheme === 'v4',
      };
      const all = [options, operation, args, renewed && inPage(renewed)];
      return page.evaluate(`aliOss(...${JSON.stringify(all)})`);
    };

    it.each([
      ['put, with user meta', 'put', [KEY, 'hello world'], 200],
      ['get', 'get', [KEY], 'hello world'],
      ['get with Range', 'getRange', [KEY], [206, 'wor']],
      ['head', 'head', [KEY], [{ uid: '1' }, 'text/x']],
      ['list', 'list', ['dir/'], [KEY]],
      ['listV2', 'listV2', ['dir/'], [KEY]],
      ['copy', 'copy', [KEY, 'copied'], 'hello world'],
      ['delete; get of nothing is NoSuchKey', 'remove', ['copied'], [404, 'NoSuchKey']],
      ['append', 'append', ['appended'], 'hello world'],
      ['deleteMulti', 'deleteMulti', ['appended', 'none'], ['appended', 'none']],
    ])('can %s, after a preflight', async (name, operation, args, wanted) => {
      expect(await aliOss(operation, args)).toEqual(wanted);
      expect(asked('OPTIONS')[0]).toMatchObject({ status: 200 });
      table.note(name, header);
    });

    it('uploads in parts and shows how far it is', async () => {
      // It counts completing as a ninth part.
      const steps = Array.from({ length: 9 }, (_, done) => [done / 9, done]);
      const result = { same: true, steps: [...steps, [1, undefined]] };
      expect(await aliOss('multipartUpload', ['big'])).toEqual(result);
      table.note('multipartUpload with progress', header);
    });

    it('goes on with an upload in parts that was cancelled', async () => {
      expect(await aliOss('resume', ['resumed'])).toEqual({ done: 3, same: true });
      // No part was sent twice.
      expect(asked('PUT').length).toBe(8);
      table.note('multipartUpload resumed from its checkpoint', header);
    });

    it('signs links that the page fetches', async () => {
      expect(await aliOss('link', [KEY, scheme])).toBe('hello world');
      table.note(scheme === 'v4' ? 'signatureUrlV4, fetched' : 'signatureUrl, fetched', `${scheme.toUpperCase()} URL`);
    });

    it('learns of the end of its credentials, and continues with those that it fetches', async () => {
      const [ended, renewed] = await Promise.all([assume(), assume()]);
      oss.expireToken(ended);
      const refusal = { refused: 'SecurityTokenExpired', status: 403 };
      expect(await aliOss('get', [KEY], ended)).toEqual(refusal);
      expect(await aliOss('get', [KEY], ended, renewed)).toBe('hello world');
      table.note('stsToken, refreshSTSToken', header);
    });

    it('is stopped by the preflight where no rule allows the page', async () => {
      oss.configureBucket('client-bucket', { cors: [] });
      expect(await aliOss('put', ['refused', 'x'])).toMatchObject({ refused: 'RequestError' });
      expect(asked('PUT')).toEqual([]);
      expect(asked('OPTIONS')[0]).toMatchObject({ status: 403, code: 'AccessForbidden' });
      table.note('put without a CORS rule: the preflight is 403', header);
    });
  });

  describe.each(['v1', 'v4'] as const)('with fetch and a %s link', (scheme) => {
    const signature = `${scheme.toUpperCase()} URL`;
    const fetched = async (url: string, init: Record<string, unknown>): Promise<unknown> =>
      page.evaluate(
        async ([link, options]) => {
          try {
            const response = await fetch(link, options);
            const crc = response.headers.get('x-oss-hash-crc64ecma');
            return { status: response.status, text: await response.text(), crc };
          } catch (error) {
            return String(error);
          }
        },
        [url, init] as const,
      );

    it('uploads and downloads, each after a preflight', async () => {
      const put = await linkTo(oss, scheme, { key: 'fetched', method: 'PUT', headers: { 'content-type': 'text/x' } });
      const body = { method: 'PUT', headers: { 'content-type': 'text/x' }, body: 'hello world' };
      expect(await fetched(put, body)).toMatchObject({ status: 200 });
      table.note('fetch PUT', signature);
      const get = await linkTo(oss, scheme, { key: 'fetched' });
      const answer = await fetched(get, { headers: { 'If-None-Match': '"other"' } });
      expect(answer).toEqual({ status: 200, text: 'hello world', crc: '5981764153023615706' });
      expect(asked('OPTIONS').map(({ status }) => status)).toEqual([200, 200]);
      table.note('fetch GET with a header that needs a preflight', signature);
    });

    it('reads why it is refused', async () => {
      const get = await linkTo(oss, scheme, { key: 'fetched' });
      const answer = await fetched(get, { method: 'HEAD' });
      expect(answer).toMatchObject({ status: 403 });
      table.note('fetch HEAD on a GET link is 403', signature);
    });

    it('sees nothing where no rule allows the page', async () => {
      oss.configureBucket('client-bucket', { cors: [] });
      expect(await fetched(await linkTo(oss, scheme, { key: 'fetched' }), {})).toMatch('TypeError');
      expect(asked('GET')[0]).toMatchObject({ status: 200 });
      table.note('fetch GET without a CORS rule: the page sees nothing', signature);
    });
  });

  it('stands in docs/compatibility.md as it was seen', async () => {
    const { page: written, run } = await table.compare();
    expect(written).toBe(run);
  });
});
