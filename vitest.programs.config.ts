import { defineConfig } from 'vitest/config';
import { asking, bundleCommand, shared } from './vitest.config.ts';

const tested = (asking === undefined ? ['tests/*', 'packages/*', 'apps/*'] : [asking]).map(
  (folder) => `${folder}/programs/**/*.test.ts`,
);
const downloader = 'packages/http-downloader';
const repeated =
  asking === undefined || asking === downloader
    ? ['faults', 'file', 'session'].map((part) => `${downloader}/test/${part}/**/*.test.ts`)
    : [];

// Part of .ci/run, not of `npm test`.
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    // They start browsers, databases and servers: one at a time.
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        // Tests that run other people's programs (curl, wget).
        extends: true,
        test: { name: 'programs', include: tested, globalSetup: [bundleCommand] },
      },
      {
        // Downloads that go over connections of our own, once more over undici's.
        extends: true,
        test: { name: 'undici', include: repeated, env: { OSSGRANT_DIRECT: 'off' } },
      },
    ].filter(({ test }) => test.include.length > 0),
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.reports/programs.json' }]] : ['default'],
  },
});
