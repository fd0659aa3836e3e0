import { safeFileName } from '@ossgrant/http-downloader';

/**
 * A file name that stays in its folder. A name that a download keeps its state under is changed: what somebody else put there
 * would be taken for the beginning of another download.
 */
export function fileNameOf(hints: Parameters<typeof safeFileName>[0]): string {
  return safeFileName(hints).replaceAll(/\.ossgrant-part/gi, '_ossgrant-part');
}
