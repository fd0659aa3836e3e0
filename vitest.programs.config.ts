import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

// Tests that run other people's programs (curl, wget): part of .ci/run, not of `npm test`.
const merged = mergeConfig(base, defineConfig({ test: { testTimeout: 30_000, hookTimeout: 30_000 } }));
merged.test.include = ['tests/*/programs/**/*.test.ts', 'packages/*/programs/**/*.test.ts'];
merged.test.reporters = process.env['CI']
  ? ['default', ['json', { outputFile: '.reports/programs.json' }]]
  : ['default'];
export default merged;
