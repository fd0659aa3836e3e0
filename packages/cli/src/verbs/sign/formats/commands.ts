import { safeFileName } from '@ossgrant/http-downloader';
import { usageError, CliError, EXIT } from '../../../failure/cli-error.ts';
import type { ObjectAddress } from '../../../input/object-address.ts';
import { quotePosix, quotePython } from '../../../output/quote.ts';
import type { SignedLink, LinkFormat } from './format.ts';

// The formats that save files, in one file of the bundle: plain links do without them.

type NameFile = (object: ObjectAddress) => string;

/** curl commands, for any method: GET saves a file, PUT sends one. */
export function curl(nameFile: NameFile): LinkFormat {
  return {
    link: (signed) =>
      command(
        'curl',
        ['--fail', '--silent', '--show-error', ...curlMethod(signed, nameFile), ...headerOptions(signed, '-H')],
        signed,
      ),
  };
}

/** wget commands. GET only: for anything else wget sends headers that were not signed. */
export function wget(nameFile: NameFile): LinkFormat {
  return {
    link: (signed) => {
      assertGet('--wget', signed);
      return command('wget', ['-nv', '-O', asFile(nameFile(signed)), ...headerOptions(signed, '--header')], signed);
    },
  };
}

/** @throws CliError when the link is for another method than GET */
export function assertGet(option: string, { link }: SignedLink): void {
  if (link.method !== 'GET') throw usageError(`${option} is for GET links; --curl knows every method`);
}

function command(program: string, words: readonly string[], { link }: SignedLink): string {
  return `${[program, ...words, link.url].map(quotePosix).join(' ')}\n`;
}

function curlMethod(signed: SignedLink, nameFile: NameFile): readonly string[] {
  const { method } = signed.link;
  if (method === 'GET') return ['-o', asFile(nameFile(signed))];
  if (method === 'HEAD') return ['--head'];
  if (method === 'PUT') return ['--upload-file', asFile(nameFile(signed))];
  return ['-X', method];
}

function headerOptions({ link }: SignedLink, option: string): readonly string[] {
  return Object.entries(link.signedHeaders).flatMap(([name, value]) => [
    option,
    // curl takes a header without a value for one to leave out.
    option === '-H' && value === '' ? `${name};` : `${name}: ${value}`,
  ]);
}

// A lone "-" means stdin or stdout.
function asFile(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

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

/** Gives each object a file name of its own, for commands that save several. */
export function fileNames(wanted: string | undefined): (object: ObjectAddress) => string {
  const taken = new Set<string>();
  // Many keys of one name must not all be counted from the beginning.
  const last = new Map<string, number>();
  return ({ key }) => {
    const name = safeFileName({ key: wanted ?? key });
    const [, stem = name, extension = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/s.exec(name) ?? [];
    // Some file systems take names that differ in case for one.
    const folded = name.toLowerCase();
    let candidate = name;
    let number = last.get(folded) ?? 1;
    while (taken.has(candidate.toLowerCase())) {
      number += 1;
      candidate = `${stem}-${number}${extension}`;
    }
    last.set(folded, number);
    taken.add(candidate.toLowerCase());
    return candidate;
  };
}

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
