import { SigningError } from '../errors/signing-error.ts';
import { assertSignable } from './text.ts';

// Buckets made long ago may have `_` inside; new ones may not.
const BUCKET = /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1023;
const utf8 = new TextEncoder();

/** @throws SigningError `INVALID_BUCKET` */
export function assertBucket(bucket: string): void {
  if (BUCKET.test(bucket)) return;
  throw new SigningError(
    'INVALID_BUCKET',
    'bucket must be 3 to 63 lower-case letters, digits and hyphens, without a hyphen at either end',
  );
}

/**
 * Checks an object key: 1 to 1023 bytes of UTF-8, not starting with `/` or `\`.
 * No Unicode normalisation: NFC and NFD spellings are different objects.
 *
 * @throws SigningError `INVALID_KEY` or `INVALID_TEXT`
 */
export function assertKey(key: string): void {
  assertSignable(key, 'key');
  if (key === '') throw new SigningError('INVALID_KEY', 'key is empty');
  if (key.startsWith('/') || key.startsWith('\\')) {
    throw new SigningError('INVALID_KEY', `key starts with "${key[0]}": OSS keys do not; remove it`);
  }
  if (key.length * 3 > MAX_KEY_BYTES && utf8.encode(key).length > MAX_KEY_BYTES) {
    throw new SigningError('INVALID_KEY', `key is longer than ${MAX_KEY_BYTES} bytes of UTF-8`);
  }
}

/**
 * Refuses `.` and `..` as whole keys: every HTTP client removes such a path, so no link can reach them.
 *
 * @throws SigningError `INVALID_KEY`
 */
export function assertLinkableKey(key: string): void {
  if (key === '.' || key === '..') {
    throw new SigningError('INVALID_KEY', `key "${key}" cannot be in a link: HTTP clients remove it from the path`);
  }
}
