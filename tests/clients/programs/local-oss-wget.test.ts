import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { linkTo } from '../local-oss/link-to.ts';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { temporaryFolder } from '@ossgrant/test-kit/temporary-folder';

const KEY = 'dir/a b+c.bin';
const BODY = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 31) ^ (index >> 8)));
const NAME = '年度 报告; 100% “fin”.bin';

const version = findProgram({ command: 'wget', packages: 'wget' });

describe.skipIf(version === undefined)('wget', () => {
  const table = clientTable({ mark: 'wget', name: 'wget', version: version ?? '', origin: 'Debian' });
  let oss: LocalOss;
  beforeAll(async () => {
    oss = await startLocalOss({ https: true });
    await oss.put('client-bucket', KEY, BODY);
  });
  afterAll(() => oss.close());

  describe.each(['v1', 'v4'] as const)('with a %s link', (scheme) => {
    const signature = `${scheme.toUpperCase()} URL`;
    const link = (filename?: string): Promise<string> =>
      linkTo(oss, scheme, { key: KEY, ...(filename === undefined ? {} : { download: { filename } }) });
    const wget = async (folder: string, args: readonly string[], url: string): Promise<string> =>
      runProgram('wget', ['--no-config', '--quiet', '--waitretry=0', ...args, url], { LC_ALL: 'C.UTF-8' }, folder);
    const saved = async (folder: string, wanted = BODY): Promise<boolean> =>
      (await readFile(path.join(folder, 'saved'))).equals(wanted);

    it('downloads an object whole', async () => {
      const folder = await temporaryFolder();
      await wget(folder, ['-O', 'saved'], await link());
      expect(await saved(folder)).toBe(true);
      table.note('GET', signature);
    });

    it('downloads from a position on', async () => {
      const folder = await temporaryFolder();
      await wget(folder, ['--start-pos=999000', '-O', 'saved'], await link());
      expect(await saved(folder, BODY.subarray(999_000))).toBe(true);
      table.note('GET with --start-pos', signature);
    });

    it('downloads over https, when it trusts the certificate', async () => {
      const folder = await temporaryFolder();
      const secure = (await link()).replace(oss.endpoint, String(oss.https?.endpoint));
      await wget(folder, [`--ca-certificate=${oss.https?.caFile}`, '-O', 'saved'], secure);
      expect(await saved(folder)).toBe(true);
      await expect(wget(await temporaryFolder(), ['-O', 'saved'], secure)).rejects.toThrow('ended with 5');
      table.note('GET over https with --ca-certificate', signature);
    });

    it('goes on by itself when the connection is cut', async () => {
      const folder = await temporaryFolder();
      oss.faults.add({ key: KEY, cutAfterBytes: 300_000 });
      oss.journal.clear();
      await wget(folder, ['-O', 'saved'], await link());
      expect(await saved(folder)).toBe(true);
      expect(oss.journal.entries().map(({ status }) => status)).toEqual([200, 206]);
      table.note('goes on after a cut connection', signature);
    });

    it('resumes with -c what an earlier run left', async () => {
      const folder = await temporaryFolder();
      oss.faults.add({ key: KEY, cutAfterBytes: 300_000 });
      await expect(wget(folder, ['--tries=1', '-O', 'saved'], await link())).rejects.toThrow('ended with 4');
      expect((await readFile(path.join(folder, 'saved'))).length).toBeLessThan(BODY.length);
      oss.journal.clear();
      await wget(folder, ['-c', '-O', 'saved'], await link());
      expect(await saved(folder)).toBe(true);
      expect(oss.journal.entries().map(({ status }) => status)).toEqual([206]);
      table.note('resume with -c', signature);
    });

    it('saves under the name that the link gives, in UTF-8', async () => {
      const folder = await temporaryFolder();
      await wget(folder, ['--content-disposition'], await link(NAME));
      expect(await readdir(folder)).toEqual([NAME]);
      table.note('--content-disposition with a UTF-8 name', signature);
    });

    it('is refused a HEAD (--spider) on a GET link', async () => {
      oss.journal.clear();
      await expect(wget(await temporaryFolder(), ['--spider'], await link())).rejects.toThrow('ended with 8');
      const [entry] = oss.journal.entries();
      expect(entry).toMatchObject({ method: 'HEAD', status: 403, code: 'SignatureDoesNotMatch' });
      table.note('HEAD (--spider) on a GET link is 403', signature);
    });
  });

  it('stands in docs/compatibility.md as it was seen', async () => {
    const { page, run } = await table.compare();
    expect(page).toBe(run);
  });
});
