import { SigningError } from '../errors/signing-error.ts';
import { isSubResourceV1 } from './sub-resources.ts';

/**
 * Refuses what V1 cannot tell apart. It signs plain text, so key `a.txt?response-expires=0` and key `a.txt` with that
 * parameter have one signature: whoever may choose a key would get a link to another object. In the same way a value
 * with `&` reads as further parameters.
 *
 * @throws SigningError `KEY_AMBIGUOUS_IN_V1` or `VALUE_AMBIGUOUS_IN_V1`
 */
export function assertUnambiguousV1(key: string | undefined, query: ReadonlyMap<string, string | null>): void {
  if (key?.includes('?')) {
    throw new SigningError(
      'KEY_AMBIGUOUS_IN_V1',
      'V1 cannot sign a key that contains "?": its signature would also fit another object with parameters. Use V4',
    );
  }
  for (const [name, value] of query) {
    if (isSubResourceV1(name) && (/[=&]/.test(name) || value?.includes('&'))) {
      throw new SigningError(
        'VALUE_AMBIGUOUS_IN_V1',
        `V1 cannot sign query parameter "${name}" with "&" in it: its signature would also fit further parameters. Use V4`,
      );
    }
  }
}
