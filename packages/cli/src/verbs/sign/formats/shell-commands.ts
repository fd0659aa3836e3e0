import { usageError } from '../../../cli-error.ts';
import type { ObjectAddress } from '../../../object-address.ts';
import { quotePosix } from '../../../quote/posix.ts';
import type { SignedLink } from '../signed-link.ts';
import type { LinkFormat } from './format.ts';

type NameFile = (object: ObjectAddress) => string;

/** curl commands, for any method: GET saves a file, PUT sends one. */
export function curl(nameFile: NameFile): LinkFormat {
  return {
    link: (signed) =>
      command(
        'curl',
        ['--fail', '--silent', '--show-error', ...curlMethod(signed, nameFile), ...headers(signed, '-H')],
        signed,
      ),
  };
}

/** wget commands. GET only: for anything else wget sends headers that were not signed. */
export function wget(nameFile: NameFile): LinkFormat {
  return {
    link: (signed) => {
      assertGet('--wget', signed);
      return command('wget', ['-nv', '-O', asFile(nameFile(signed)), ...headers(signed, '--header')], signed);
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

function headers({ link }: SignedLink, option: string): readonly string[] {
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
