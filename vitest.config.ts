import { defineConfig } from 'vitest/config';

// Packages are tested from their sources, so tests need no build. The names must match tsconfig.base.json and `exports`.
const conditions = ['@ossgrant/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Modules keep no state, so files may share them: three times as fast. A test that needs its own world makes it.
    isolate: false,
    // Several files write docs/compatibility.md.
    fileParallelism: process.env['OSSGRANT_WRITE_DOCS'] !== '1',
    // Tests that need other programs have a configuration of their own: vitest.programs.config.ts.
    // Some tests start processes, and a machine may be busy.
    testTimeout: 20_000,
    // The command is tested as it is published, in one piece.
    globalSetup: ['packages/cli/test/bundle-once.ts'],
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tests/*/test/**/*.test.ts'],
    // In CI the counts are read from a file.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.reports/vitest.json' }]] : ['default'],
  },
});
