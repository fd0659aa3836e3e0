import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The key was normalised to another Unicode form on its way. */
export function unicodeForm({ request, judge }: Facts): Cause | undefined {
  for (const form of ['NFC', 'NFD'] as const) {
    const key = request.key?.normalize(form);
    const certainty = key === undefined || key === request.key ? undefined : judge({ key });
    if (certainty === undefined) continue;
    return {
      code: 'UNICODE_FORM',
      certainty,
      message: `the key was signed in Unicode form ${form} and sent in another: to OSS they are two objects`,
      fix: 'keep the key byte for byte; macOS and some browsers and databases normalise names',
    };
  }
  return undefined;
}
