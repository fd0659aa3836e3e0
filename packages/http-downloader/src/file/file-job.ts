import type { RequestSource } from '../contracts.ts';
import type { Session } from '../session.ts';
import type { BlockPool } from './block-pool.ts';
import type { FileDownloadOptions } from './file-download-options.ts';
import type { Target } from './target.ts';

/** One call of `downloadToFile`. */
export interface FileJob {
  readonly source: RequestSource;
  readonly session: Session;
  /** Where the session receives. */
  readonly blocks: BlockPool;
  readonly target: Target;
  readonly options: FileDownloadOptions;
}
