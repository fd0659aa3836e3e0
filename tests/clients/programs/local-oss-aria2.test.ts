import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { linkTo } from '../local-oss/link-to.ts';
import { countConnections } from './count-connections.ts';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { temporaryFolder } from '@ossgrant/test-kit/temporary-folder';

const KEY = 'dir/a b+c.bin';
// aria2 gives each of its connections a MiB or more.
const BODY = Buffer.from(Uint32Array.from({ length: 5 << 20 }, (_, index) => index).buffer);
const NAME = '年度 报告; 100% “fin”.bin';

const version = findProgram({ command: 'aria2c', packages: 'aria2' });

describe.skipIf(version === undefined)('aria2', () => {
  const table = clientTable({ mark: 'aria2', name: 'aria2', version: version ?? '', origin: 'Debian' });
  let oss: LocalOss;
  beforeAll(async () => {
    oss = await startLocalOss({ https: true });
    await oss.put('client-bucket', KEY, BODY);
  });
  afterAll(() => oss.close());

  describe.each(['v1', 'v4'] as const)('with a %s link', (scheme) => {
    const signature = `${scheme.toUpperCase()} URL`;
    const aria2 = async (folder: string, args: readonly string[], url: string): Promise<string> =>
      runProgram('aria2c', ['--no-conf', '--quiet', ...args, url], { LC_ALL: 'C.UTF-8' }, folder);
    const saved = async (folder: string): Promise<boolean> => (await readFile(path.join(folder, 'saved'))).equals(BODY);
    const statuses = (): readonly number[] => oss.journal.entries().map(({ status }) => status);

    it('downloads an object whole', async () => {
      const folder = await temporaryFolder();
      await aria2(folder, ['-o', 'saved'], await linkTo(oss, scheme, { key: KEY }));
      expect(await saved(folder)).toBe(true);
      table.note('GET', signature);
    });

    it('downloads by ranges over 16 connections at once', async () => {
      const folder = await temporaryFolder();
      const counter = await countConnections(oss.endpoint);
      onTestFinished(() => counter.close());
      const { endpoint } = counter;
      oss.journal.clear();
      // 8 MiB a second for each connection: none is done before all have begun.
      const url = await linkTo({ ...oss, endpoint }, scheme, { key: KEY, trafficLimit: 64 << 20 });
      await aria2(folder, ['-x16', '-s16', '-k1M', '-o', 'saved'], url);
      expect(await saved(folder)).toBe(true);
      expect(counter.most).toBeGreaterThanOrEqual(16);
      expect(statuses().filter((status) => status === 206).length).toBeGreaterThanOrEqual(15);
      table.note('GET with -x16 -s16: ranges over 16 connections', signature);
    });

    it('downloads over https, when it trusts the certificate', async () => {
      const folder = await temporaryFolder();
      const secure = (await linkTo(oss, scheme, { key: KEY })).replace(oss.endpoint, String(oss.https?.endpoint));
      await aria2(folder, [`--ca-certificate=${oss.https?.caFile}`, '-o', 'saved'], secure);
      expect(await saved(folder)).toBe(true);
      await expect(aria2(await temporaryFolder(), ['-o', 'saved'], secure)).rejects.toThrow('ended with');
      table.note('GET over https with --ca-certificate', signature);
    });

    it('goes on by itself when the connection is cut', async () => {
      const folder = await temporaryFolder();
      oss.faults.add({ key: KEY, cutAfterBytes: 3_000_000 });
      oss.journal.clear();
      await aria2(folder, ['-x1', '-o', 'saved'], await linkTo(oss, scheme, { key: KEY }));
      expect(await saved(folder)).toBe(true);
      expect(statuses()).toEqual([200, 206]);
      table.note('goes on after a cut connection', signature);
    });

    it('resumes with -c what an earlier run left, also with a new link', async () => {
      const folder = await temporaryFolder();
      oss.faults.add({ key: KEY, cutAfterBytes: 3_000_000 });
      const url = await linkTo(oss, scheme, { key: KEY });
      await expect(aria2(folder, ['--max-tries=1', '-o', 'saved'], url)).rejects.toThrow('ended with');
      expect(await readdir(folder)).toEqual(['saved', 'saved.aria2']);
      const renewed = await linkTo(oss, scheme, { key: KEY, expiresIn: 1800 });
      expect(renewed).not.toBe(url);
      await aria2(folder, ['-c', '-o', 'saved'], renewed);
      expect(await saved(folder)).toBe(true);
      expect(await readdir(folder)).toEqual(['saved']);
      table.note('resume with -c, by a new link', signature);
    });

    it('saves under the name that the link gives, in UTF-8', async () => {
      const folder = await temporaryFolder();
      await aria2(folder, [], await linkTo(oss, scheme, { key: KEY, download: { filename: NAME } }));
      expect(await readdir(folder)).toEqual([NAME]);
      table.note('Content-Disposition with a UTF-8 name', signature);
    });
  });

  it('stands in docs/compatibility.md as it was seen', async () => {
    const { page, run } = await table.compare();
    expect(page).toBe(run);
  });
});
