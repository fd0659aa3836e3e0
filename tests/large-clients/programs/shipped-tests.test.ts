import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { documented } from '@ossgrant/test-clients/compatibility-table';
import { expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const CLIENTS = ['@alicloud/credentials', '@alicloud/sts20150401', 'ali-oss', 'opendal'];
const TEST_FILE = /(^|\/)(__tests__|specs?|tests?)\/|\.(spec|test)\.[cm]?[jt]sx?$/;

/** What the tarball of a package holds: pnpm unpacks all of it, and nothing else. */
function shipped(name: string): { readonly version: string; readonly files: readonly string[] } {
  const manifest = require.resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string };
  const folder = dirname(manifest);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
    .filter((file) => !file.startsWith('node_modules/'));
  return { version, files };
}

it('would know a test by its name', () => {
  const tests = ['test/a.js', 'lib/__tests__/a.js', 'a.spec.ts', 'src/b.test.mjs'];
  expect([...tests, 'lib/latest/a.js', 'lib/contest.js', 'testing.js'].filter((file) => TEST_FILE.test(file))).toEqual(
    tests,
  );
});

it('finds tests to run in none of the clients from npm', async () => {
  const lines = CLIENTS.map((name) => {
    const { version, files } = shipped(name);
    const tests = files.filter((file) => TEST_FILE.test(file));
    // One that ships tests has to run them here.
    expect(tests).toEqual([]);
    expect(files.length).toBeGreaterThan(1);
    return `| ${name} ${version} | ${files.length} | none |`;
  });
  const section = [
    '## Tests that the npm packages ship',
    '',
    '| package | files | tests |',
    '|---|---|---|',
    ...lines,
  ].join('\n');
  expect(await documented('shipped-tests', section)).toBe(section);
});
