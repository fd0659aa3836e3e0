import type { RequestSource } from '../contracts.ts';
import type { Session } from '../session.ts';
import type { FileDownloadOptions } from './file-download-options.ts';
import type { Target } from './target.ts';

/** One call of `downloadToFile`. */
export interface FileJob {
  readonly source: RequestSource;
  readonly session: Session;
  readonly target: Target;
  readonly options: FileDownloadOptions;
}
