import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Packages are tested from their sources, so tests need no build. The names must match tsconfig.base.json and `exports`.
// `import` and `default` are implied; named here they would reach require() too, which then gets files that it cannot load.
const conditions = ['@ossgrant/source', 'node', 'module'];

/** What both configurations share: this one and vitest.programs.config.ts. */
export const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Modules keep no state, so files may share them: three times as fast. A test that needs its own world makes it.
    isolate: false,
    // Several files write docs/compatibility.md.
    fileParallelism: process.env['OSSGRANT_WRITE_DOCS'] !== '1',
    // On two cores vitest would use one.
    maxWorkers: 2,
    // Some tests start processes, and a machine may be busy.
    testTimeout: 20_000,
  },
};

/** The command is tested as it is published, in one piece: bundled once, before its first test. */
export const bundleCommand = 'packages/cli/test/bundle-once.ts';

const root = import.meta.dirname;
const folders = ['packages', 'apps', 'tests']
  .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`))
  .filter((folder) => existsSync(path.join(root, folder, 'package.json')));
/** The package whose own `test` script runs, which is that package's tests only: npm and pnpm say whose script it is. */
export const asking = folders.find((folder) => packageName(folder) === process.env['npm_package_name']);
const tested = asking === undefined ? folders : [asking];

// Few projects: only the command line's tests wait for the bundle. One for each package would load every module anew
// for each: 1.7 times the processor time.
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    projects: [
      {
        extends: true,
        test: { name: 'packages', include: testsIn(tested.filter((folder) => folder !== 'packages/cli')) },
      },
      {
        extends: true,
        test: {
          name: 'command',
          include: testsIn(tested.filter((folder) => folder === 'packages/cli')),
          globalSetup: [bundleCommand],
        },
      },
    ].filter(({ test }) => test.include.length > 0),
    // In CI the counts are read from a file.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.reports/vitest.json' }]] : ['default'],
  },
});

function packageName(folder: string): unknown {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')).name;
}

function testsIn(places: readonly string[]): string[] {
  return places.map((folder) => `${folder}/test/**/*.test.ts`);
}
