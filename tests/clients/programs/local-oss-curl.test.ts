import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { findProgram } from '@ossgrant/test-kit/find-program';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { temporaryFolder } from '@ossgrant/test-kit/temporary-folder';

const version = findProgram({ command: 'curl', packages: 'curl' }) ?? '';
const table = clientTable({ mark: 'curl', name: 'curl', version, origin: 'Debian' });

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ https: true });
  await oss.put('curl-bucket', 'dir/a b+c.txt', 'hello world');
});
afterAll(() => oss.close());

describe.skipIf(version === '').each([
  ['V1 URL', signUrlV1],
  ['V4 URL', signUrlV4],
] as const)('curl with a %s', (signature, sign) => {
  const link = (method: string, key: string, host?: string): string => {
    const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
    const options = { date: oss.clock.now(), expiresInSeconds: 60 };
    const { origin, path } = sign({ method, endpoint, bucket: 'curl-bucket', key }, oss.owner, options);
    if (host === undefined) return origin + path;
    return origin.replace('127.0.0.1', host) + path.replace('/curl-bucket', '');
  };

  it('downloads, by address and by virtual host under *.localhost', async () => {
    expect(await runProgram('curl', ['-sS', '--fail', link('GET', 'dir/a b+c.txt')])).toBe('hello world');
    const virtual = link('GET', 'dir/a b+c.txt', 'curl-bucket.localhost');
    expect(await runProgram('curl', ['-sS', '--fail', virtual])).toBe('hello world');
    table.note('GET, path style and virtual host', signature);
  });

  it('downloads a range', async () => {
    expect(await runProgram('curl', ['-sS', '--fail', '-r', '6-', link('GET', 'dir/a b+c.txt')])).toBe('world');
    table.note('GET with -r', signature);
  });

  it('downloads over https, when it trusts the certificate', async () => {
    const secure = link('GET', 'dir/a b+c.txt').replace(oss.endpoint, String(oss.https?.endpoint));
    expect(await runProgram('curl', ['-sS', '--fail', '--cacert', String(oss.https?.caFile), secure])).toBe(
      'hello world',
    );
    await expect(runProgram('curl', ['-sS', secure])).rejects.toThrow('ended with 60');
    table.note('GET over https with --cacert', signature);
  });

  it('downloads as through a proxy, by the real name of the bucket', async () => {
    const real = link('GET', 'dir/a b+c.txt', 'curl-bucket.oss-cn-hangzhou.aliyuncs.com').replace(/:\d+/, '');
    expect(await runProgram('curl', ['-sS', '--fail', '--proxy', oss.endpoint, real])).toBe('hello world');
    table.note('GET with --proxy, by the real name', signature);
  });

  it('resumes with -C - what a cut connection left', async () => {
    const folder = await temporaryFolder();
    const save = ['-sS', '--fail', '-o', 'saved', '-C', '-', link('GET', 'dir/a b+c.txt')];
    oss.faults.add({ key: 'dir/a b+c.txt', cutAfterBytes: 5 });
    await expect(runProgram('curl', save, {}, folder)).rejects.toThrow('ended with 18');
    expect(await readFile(join(folder, 'saved'), 'utf8')).toBe('hello');
    await runProgram('curl', save, {}, folder);
    expect(await readFile(join(folder, 'saved'), 'utf8')).toBe('hello world');
    expect(oss.journal.entries().at(-1)).toMatchObject({ status: 206 });
    table.note('resume with -C -', signature);
  });

  it('is refused HEAD on a GET link', async () => {
    const head = await runProgram('curl', ['-sSI', link('GET', 'dir/a b+c.txt')]);
    expect(head).toMatch(/^HTTP\/1\.1 403 /);
    table.note('HEAD on a GET link is 403', signature);
  });

  it('uploads a body that it sends only when it is asked to', async () => {
    const put = [
      '-sS',
      '--fail',
      '-X',
      'PUT',
      '-H',
      'Expect: 100-continue',
      '-H',
      'Content-Type:',
      '--data-binary',
      'by curl',
    ];
    await runProgram('curl', [...put, link('PUT', 'uploaded')]);
    expect(await runProgram('curl', ['-sS', '--fail', link('GET', 'uploaded')])).toBe('by curl');
    table.note('PUT with Expect: 100-continue', signature);
  });
});

it.skipIf(version === '')('stands in docs/compatibility.md as it was seen', async () => {
  const { page, run } = await table.compare();
  expect(page).toBe(run);
});
