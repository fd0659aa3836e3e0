import { SigningError } from '../errors/signing-error.ts';

const PLAIN = /^[\x20-\x7e]*$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Refuses text that must not be signed: a line break would add a line to the string to sign or a header to the request,
 * and a lone surrogate has no UTF-8 form.
 *
 * @throws SigningError `INVALID_TEXT`; the message names the place, not the text
 */
export function assertSignable(text: string, place: string): void {
  if (typeof text !== 'string') throw new TypeError(`${place} must be a string`);
  if (PLAIN.test(text)) return;
  if (CONTROL.test(text)) throw new SigningError('INVALID_TEXT', `${place} contains a control character`);
  if (LONE_SURROGATE.test(text)) throw new SigningError('INVALID_TEXT', `${place} is not well-formed Unicode`);
}
