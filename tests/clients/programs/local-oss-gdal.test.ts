import { fileURLToPath } from 'node:url';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';

// Debian's: the first on the PATH may be another, without GDAL.
const PYTHON = '/usr/bin/python3';
const SESSION = fileURLToPath(new URL('gdal-session.py', import.meta.url));
const NAME = "name with space+plus&'()*!%目录😀.txt";

const version = findProgram({
  command: PYTHON,
  args: ['-c', 'from osgeo import gdal; print(gdal.__version__)'],
  packages: 'python3-gdal',
});

const ADDRESSING = [
  {
    how: 'path style',
    host: /^127\.0\.0\.1:\d+$/,
    settings: (oss: LocalOss) => ({ OSS_ENDPOINT: new URL(oss.endpoint).host, OSS_VIRTUAL_HOSTING: 'FALSE' }),
  },
  {
    how: 'virtual host',
    host: /^client-bucket\.oss-cn-hangzhou\.aliyuncs\.com$/,
    settings: (oss: LocalOss) => ({ OSS_ENDPOINT: 'oss-cn-hangzhou.aliyuncs.com', http_proxy: oss.endpoint }),
  },
  {
    how: 'https',
    host: /^127\.0\.0\.1:\d+$/,
    settings: ({ https }: LocalOss) => ({
      OSS_ENDPOINT: new URL(String(https?.endpoint)).host,
      OSS_VIRTUAL_HOSTING: 'FALSE',
      OSS_HTTPS: 'YES',
      CURL_CA_BUNDLE: String(https?.caFile),
    }),
  },
] as const;

describe.skipIf(version === undefined)('GDAL', () => {
  const table = clientTable({ mark: 'gdal', name: 'GDAL /vsioss/', version: version ?? '', origin: 'Debian' });

  describe.each(ADDRESSING)('by $how', ({ how, host, settings }) => {
    let oss: LocalOss;
    let environment: Readonly<Record<string, string>>;
    /** The result of each operation of the session. */
    let results: Readonly<Record<string, unknown>>;
    const note = (operation: string, signature = 'V1 header', result?: string): void =>
      table.note(`${operation} (${how})`, signature, result);

    beforeAll(async () => {
      oss = await startLocalOss({ https: true });
      await oss.createBucket('client-bucket');
      environment = {
        LC_ALL: 'C.UTF-8',
        OSS_HTTPS: 'NO',
        OSS_ACCESS_KEY_ID: oss.owner.accessKeyId,
        OSS_SECRET_ACCESS_KEY: oss.owner.accessKeySecret,
        VSIOSS_CHUNK_SIZE: '1',
        ...settings(oss),
      };
      results = JSON.parse(await runProgram(PYTHON, [SESSION], environment)) as typeof results;
    });
    afterAll(() => oss.close());

    it.each([
      ['write', 'write', 0],
      ['read', 'read', 'hello world'],
      ['read part', 'seek and read', 'wor'],
      ['stat', 'stat', 11],
      ['write in parts', 'write in parts', [0, true]],
      ['list a folder', 'read dir', [NAME]],
      ['list all', 'read dir recursively', ['big', `dir/${NAME}`]],
      ['read headers', 'headers', 'Normal'],
      ['rename', 'rename', [0, true, true]],
      ['make and remove a folder', 'make and remove dir', [0, 0]],
      ['sync a folder up and down', 'sync', 'hello world'],
      ['write and read a GeoTIFF', 'raster', true],
      ['delete', 'unlink', [0, true]],
      ['delete several', 'unlink batch', [true, true]],
      ['list buckets', 'list buckets', ['client-bucket']],
    ])('can %s', (operation, name, wanted) => {
      expect(results[name]).toEqual(wanted);
      note(operation);
    });

    it('names the bucket as configured', () => {
      const hosts = new Set(oss.journal.entries().flatMap((entry) => (entry.bucket === undefined ? [] : [entry.host])));
      expect([...hosts]).toEqual([expect.stringMatching(host)]);
    });

    it('signs a URL that reads and one that writes', async () => {
      const curl = (...args: readonly string[]): Promise<string> =>
        runProgram('curl', ['-sS', '--fail', ...args], environment);
      await curl('-X', 'PUT', '-H', 'Content-Type:', '--data-binary', 'by link', String(results['signed put']));
      expect(await curl(String(results['signed get']))).toBe('by link');
      note('GetSignedURL GET and PUT', 'V1 URL');
    });

    it('is refused a list of uploads, of whose URL it signs a part only', () => {
      expect(results['abort uploads']).toEqual({ error: 'ListMultipartUpload failed' });
      const listing = oss.journal.entries().find(({ target }) => target.endsWith('&uploads'));
      expect(listing).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      note('AbortPendingUploads', 'V1 header', '403: GDAL does not sign the sub-resource `uploads`');
    });
  });

  it('stands in docs/compatibility.md as it was seen', async () => {
    const { page, run } = await table.compare();
    expect(page).toBe(run);
  });
});
