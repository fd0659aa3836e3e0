import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startLocalOss } from '../src/start-local-oss.ts';
import { EC, NO_SUCH_UPLOAD_EC } from '../src/http/ec.ts';
import { ossTest } from '../src/vitest.ts';

// What the README shows, as it stands there.
it('refuses an anonymous read, as the README says, with the code in the journal', async () => {
  const oss = await startLocalOss();
  try {
    await oss.put('my-bucket', 'dir/a.txt', 'hello world');
    const response = await fetch(`${oss.endpoint}/my-bucket/dir/a.txt`);
    expect([response.status, oss.journal.entries().at(-1)?.code]).toEqual([403, 'AccessDenied']);
  } finally {
    await oss.close();
  }
});

ossTest('survives a connection that is cut, as the README says', async ({ oss }) => {
  await oss.put('my-bucket', 'a.bin', 'hello world');
  oss.configureBucket('my-bucket', { acl: 'public-read' });
  oss.faults.add({ key: 'a.bin', cutAfterBytes: 5 });
  const read = async (): Promise<string> => (await fetch(`${oss.endpoint}/my-bucket/a.bin`)).text();
  await expect(read()).rejects.toThrow();
  expect(await read()).toBe('hello world');
});

it('lists every EC number that the sources name, and no other', async () => {
  const page = await readFile(new URL('../docs/error-codes.md', import.meta.url), 'utf8');
  const known = listed(page);
  const named: ReadonlySet<string> = new Set([...Object.values(EC), ...Object.values(NO_SUCH_UPLOAD_EC)]);
  expect([...named].filter((number) => !known.has(number))).toEqual([]);
  expect([...known].filter((number) => !named.has(number))).toEqual([]);
});

it('names EC numbers in one table only', async () => {
  const src = fileURLToPath(new URL('../src', import.meta.url));
  const files = (await readdir(src, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(files.map(async (name) => [name, await readFile(join(src, name), 'utf8')] as const));
  const naming = texts.filter(([, text]) => /'\d{4}-0000\d{4}'/.test(text)).map(([name]) => name);
  expect(naming).toEqual([join('http', 'ec.ts')]);
});

/** Numbers in the first column: `0002-00000067, 0068, 0205 - 0209`. */
function listed(page: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [, prefix = '', rest = ''] of page.matchAll(/^\| (\d{4}-0000)(\d{4}[^|]*)/gm)) {
    for (const [, from = '', to = from] of rest.matchAll(/(\d{4})(?:\s*-\s*(\d{4})(?!\d))?/g)) {
      for (let number = Number(from); number <= Number(to); number += 1) {
        found.add(prefix + String(number).padStart(4, '0'));
      }
    }
  }
  return found;
}
