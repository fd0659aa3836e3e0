import { defineConfig } from 'vitest/config';
import { asking, bundleCommand, shared } from './vitest.config.ts';

// Tests that run other people's programs (curl, wget): part of .ci/run, not of `npm test`.
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    // They start browsers, databases and servers: one at a time.
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    globalSetup: [bundleCommand],
    include: (asking === undefined ? ['tests/*', 'packages/*', 'apps/*'] : [asking]).map(
      (folder) => `${folder}/programs/**/*.test.ts`,
    ),
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.reports/programs.json' }]] : ['default'],
  },
});
