import { brandErrors } from '@ossgrant/credentials-core/internal';

/**
 * Why a presigner refused to sign a link.
 *
 * - `EXPIRED_ALREADY`: `expiresAt` is not in the future. Pass a later one.
 * - `CREDENTIAL_TOO_SHORT`: the credentials end before the link should. Ask for a shorter link, or allow one with `ifShorter: 'clamp'`.
 * - `LIFETIME_TOO_LONG`: a V4 link can live for seven days at most. Ask for less, or allow it with `ifShorter: 'clamp'`.
 * - `INLINE_MARKUP`: a browser may show what the link gives as a page. Force a download, or set `allowInlineMarkup`.
 * - `NOT_A_PLAYLIST`: `signPlaylist` was given a text that is not an HLS playlist. Pass one that starts with `#EXTM3U`.
 */
export type PresignErrorCode =
  | 'EXPIRED_ALREADY'
  | 'CREDENTIAL_TOO_SHORT'
  | 'LIFETIME_TOO_LONG'
  | 'INLINE_MARKUP'
  | 'NOT_A_PLAYLIST';

/** Thrown by a presigner before anything is signed. `instanceof` also recognises errors of another copy of this package. */
export class PresignError extends Error {
  static {
    brandErrors(this, '@ossgrant/PresignError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'PresignError';
  /** Why no link was made. */
  readonly code: PresignErrorCode;
  /** Never: the options must change. */
  readonly retryable = false;

  constructor(code: PresignErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
