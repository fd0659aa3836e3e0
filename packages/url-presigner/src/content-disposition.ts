import type { PresignFields } from './contracts.ts';

/**
 * Builds a Content-Disposition value (RFC 6266): an ASCII name for old clients and, where that is not the whole name,
 * the exact one as `filename*` (RFC 5987). Folders are dropped: the holder's disk is not ours to arrange.
 *
 * @throws TypeError when the name is empty or has control characters
 */
export function contentDisposition(download: NonNullable<PresignFields['download']>): string {
  const disposition = download.disposition ?? 'attachment';
  if (download.filename === undefined) return disposition;
  const name = download.filename.slice(download.filename.search(/[^/\\]*$/));
  if (name === '' || name === '.' || name === '..' || /[\p{Cc}\p{Surrogate}]/u.test(name)) {
    throw new TypeError('download.filename must be a file name without control characters');
  }
  // `&` would be ambiguous in a V1 signature; `%` and quotes are read differently by different clients.
  const ascii = name.replace(/[^\x20-\x7e]|["%&]/gu, '_');
  const exact = ascii === name ? '' : `; filename*=UTF-8''${encodeAttribute(name)}`;
  return `${disposition}; filename="${ascii}"${exact}`;
}

// RFC 5987 attr-char is narrower than what encodeURIComponent leaves alone.
function encodeAttribute(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
