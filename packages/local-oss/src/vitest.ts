import { test, type TestAPI } from 'vitest';
import type { LocalOss } from './local-oss.ts';
import { startLocalOss } from './start-local-oss.ts';

/** Fixtures of a test. */
export interface OssFixture {
  /** A server for this test alone, closed when the test ends. */
  readonly oss: LocalOss;
}

/** vitest's `test` with a fresh local OSS for each test that asks for `oss`. */
export const ossTest: TestAPI<OssFixture> = test.extend<OssFixture>({
  // vitest reads the fixtures that are wanted from this pattern, empty or not.
  // eslint-disable-next-line no-empty-pattern
  oss: async ({}, use) => {
    const oss = await startLocalOss();
    try {
      await use(oss);
    } finally {
      await oss.close();
    }
  },
});
