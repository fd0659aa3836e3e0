import type { ObjectAddress } from '../../../object-address.ts';
import { quotePython } from '../../../quote/python.ts';
import type { LinkFormat } from './format.ts';
import { assertGet } from './shell-commands.ts';

/** A Python script that saves each link, with the standard library alone. */
export function python(nameFile: (object: ObjectAddress) => string): LinkFormat {
  return {
    open: 'import shutil\nimport urllib.request\n\nLINKS = [\n',
    link: (signed) => {
      assertGet('--python', signed);
      const headers = Object.entries(signed.link.signedHeaders).map(
        ([name, value]) => `${quotePython(name)}: ${quotePython(value)}`,
      );
      return `    (${quotePython(signed.link.url)}, ${quotePython(nameFile(signed))}, {${headers.join(', ')}}),\n`;
    },
    close: () =>
      [
        ']',
        'for url, name, headers in LINKS:',
        '    request = urllib.request.Request(url, headers=headers)',
        "    with urllib.request.urlopen(request) as response, open(name, 'wb') as file:",
        '        shutil.copyfileobj(response, file)',
        '',
      ].join('\n'),
  };
}
