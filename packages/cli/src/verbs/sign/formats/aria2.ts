import { CliError } from '../../../cli-error.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { ObjectAddress } from '../../../object-address.ts';
import type { LinkFormat } from './format.ts';
import { assertGet } from './shell-commands.ts';

/** An input file of aria2: a link a line, its options indented below. It knows no quoting, so a new line is refused. */
export function aria2(nameFile: (object: ObjectAddress) => string): LinkFormat {
  return {
    link: (signed) => {
      assertGet('--aria2', signed);
      const headers = Object.entries(signed.link.signedHeaders).map(([name, value]) => `  header=${name}: ${value}`);
      return [signed.link.url, `  out=${nameFile(signed)}`, ...headers].map(oneLine).join('');
    },
  };
}

/** @throws CliError for a line that is several */
export function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text))
    throw new CliError(EXIT.failure, 'an input file of aria2 cannot hold a new line in a value');
  return `${text}\n`;
}
