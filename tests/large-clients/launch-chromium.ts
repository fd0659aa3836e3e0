import { findProgram } from '@ossgrant/test-kit/find-program';
import { chromium, type BrowserContext } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The version of Chromium; `undefined` where it is missing, which is an error in CI. */
export const chromiumVersion = (): string | undefined => findProgram({ command: EXECUTABLE, packages: 'chromium' });

/** Starts Chromium with a profile of its own. */
export async function launchChromium(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    // As root no sandbox is available; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}
