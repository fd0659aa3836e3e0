import { SigningError } from '../errors/signing-error.ts';

/**
 * Sets a header that belongs to the signer. Naming the very value is harmless; another one would be signed and sent as a
 * contradiction.
 *
 * @throws SigningError `RESERVED_NAME`
 */
export function setOwn(headers: Map<string, string>, name: string, value: string): void {
  if (headers.has(name) && headers.get(name) !== value) {
    throw new SigningError('RESERVED_NAME', `header "${name}" is set by the signer, to "${value}"`);
  }
  headers.set(name, value);
}
