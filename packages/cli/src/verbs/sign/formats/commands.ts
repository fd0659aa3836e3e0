import { safeFileName } from '@ossgrant/http-downloader';
import { usageError, CliError, EXIT } from '../../../failure/cli-error.ts';
import type { ObjectAddress } from '../../../input/object-address.ts';
import { quotePosix, quotePython } from '../../../output/quote.ts';
import type { SignedLink, LinkFormat } from './format.ts';

// The formats that save files. They share one file of the bundle, which plain links do not load.

type NameFile = (object: ObjectAddress) => string;

/** curl commands, for any method: GET saves a file, PUT uploads one. */
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

/** wget commands. GET only: for other methods wget sends headers that were not signed. */
export function wget(nameFile: NameFile): LinkFormat {
  return {
    link: (signed) => {
      assertGet('--wget', signed);
      return command('wget', ['-nv', '-O', asFile(nameFile(signed)), ...headerOptions(signed, '--header')], signed);
    },
  };
}

/** @throws CliError for any method except GET */
export function assertGet(option: string, { link }: SignedLink): void {
  if (link.method !== 'GET') throw usageError(`${option} supports GET links only`, 'use --curl for other methods');
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
    // curl reads "name:" as a header to remove.
    option === '-H' && value === '' ? `${name};` : `${name}: ${value}`,
  ]);
}

// A lone "-" means stdin or stdout.
function asFile(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

/** An input file of aria2: one link per line, its options indented below. It has no quoting, so line breaks are refused. */
export function aria2(nameFile: (object: ObjectAddress) => string): LinkFormat {
  return {
    link: (signed) => {
      assertGet('--aria2', signed);
      const headers = Object.entries(signed.link.signedHeaders).map(([name, value]) => `  header=${name}: ${value}`);
      return [signed.link.url, `  out=${nameFile(signed)}`, ...headers].map(oneLine).join('');
    },
  };
}

/** @throws CliError for text with a line break */
export function oneLine(text: string): string {
  if (/[\r\n\0]/.test(text))
    throw new CliError(EXIT.failure, 'an aria2 input file cannot hold a line break in a value');
  return `${text}\n`;
}

/** Gives each object a unique file name, for commands that save several. */
export function fileNames(wanted: string | undefined): (object: ObjectAddress) => string {
  const taken = new Set<string>();
  // Without it, many keys with one name would each count from the start.
  const last = new Map<string, number>();
  return ({ key }) => {
    const name = safeFileName({ key: wanted ?? key });
    const [, stem = name, extension = ''] = /^(.+?)(\.[A-Za-z0-9]{1,10})?$/s.exec(name) ?? [];
    // Some file systems ignore case.
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

/** A Python script that saves each link, using only the standard library. */
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
