import type { Readable } from 'node:stream';
import type { Output } from './output/output.ts';

/** What the process gives to a verb. Nothing else of the process is read. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Opened when it is called for: a start that reads nothing does not pay for it. */
  readonly stdin: () => Readable & { readonly isTTY?: boolean };
  /** For the result alone. */
  readonly stdout: Output;
  /** For everything else. */
  readonly stderr: Output;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}
