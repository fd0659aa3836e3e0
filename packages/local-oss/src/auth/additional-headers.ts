import { invalidArgument } from '../failure.ts';
import type { RawRequest } from '../http/raw-request.ts';

/** EC numbers for the place where the list stood. */
export interface AdditionalHeaderCodes {
  readonly empty: string;
  readonly emptyItem: string;
  readonly notSent: string;
}

/**
 * Reads V4's list of additional headers. Each must be sent, and a name with `_` is refused, since proxies drop those.
 *
 * @throws Failure 400 InvalidArgument
 */
export function parseAdditionalHeaders(
  text: string | undefined,
  request: RawRequest,
  codes: AdditionalHeaderCodes,
): readonly string[] {
  if (text === undefined) return [];
  if (text === '') throw invalidArgument('The additional headers are empty.', codes.empty);
  const names = text.split(';');
  for (const name of names) {
    if (name.trim() === '') throw invalidArgument('An additional header has no name.', codes.emptyItem);
    if (name.includes('_') || !request.headers.has(name.toLowerCase())) {
      throw invalidArgument('An additional header is not among the request headers.', codes.notSent);
    }
  }
  return names;
}
