import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documented, toSection, type Row } from '../local-oss/compatibility-table.ts';
import { runProgram } from './run-program.ts';

let oss: LocalOss;
const rows: Row[] = [];
const works = (operation: string, signature: string): void => void rows.push({ operation, signature, result: 'works' });

beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('curl-bucket', 'dir/a b+c.txt', 'hello world');
});
afterAll(() => oss.close());

describe.each([
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
    works('GET, path style and virtual host', signature);
  });

  it('downloads a range', async () => {
    expect(await runProgram('curl', ['-sS', '--fail', '-r', '6-', link('GET', 'dir/a b+c.txt')])).toBe('world');
    works('GET with -r', signature);
  });

  it('is refused HEAD on a GET link', async () => {
    const head = await runProgram('curl', ['-sSI', link('GET', 'dir/a b+c.txt')]);
    expect(head).toMatch(/^HTTP\/1\.1 403 /);
    works('HEAD on a GET link is 403', signature);
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
    works('PUT with Expect: 100-continue', signature);
  });
});

it('stands in docs/compatibility.md as it was seen', async () => {
  const section = toSection('curl (Debian)', rows);
  expect(await documented('curl', section)).toBe(section);
});
