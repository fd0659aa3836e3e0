import { usageError } from '../../../failure/cli-error.ts';
import type { SignOptions } from '../options.ts';
import type { LinkFormat } from './format.ts';
import { json, ndjson, urls } from './text.ts';

const FORMATS = ['json', 'ndjson', 'null', 'qr', 'curl', 'wget', 'aria2', 'python'] as const;
const TWINS = new Set<(typeof FORMATS)[number] | undefined>([undefined, 'null', 'json', 'ndjson']);

/**
 * The format that the options ask for; plain links otherwise.
 *
 * @throws CliError when they ask for several
 */
export async function chooseFormat(options: SignOptions): Promise<LinkFormat> {
  const given = FORMATS.filter((name) => options[name]);
  // With a list to read, -0 may be about the list alone.
  const isAboutList = options['files-from'] !== undefined && given.length > 1;
  const [wanted, second] = given.filter((name) => !(isAboutList && name === 'null'));
  if (wanted !== undefined && second !== undefined) {
    throw usageError(`--${wanted} and --${second} are two formats: choose one`);
  }
  // A QR code or a command is for one link, and would leave the other out.
  if (options['head-twin'] && !TWINS.has(wanted))
    throw usageError(`--head-twin is for links and JSON, not for --${wanted}`);
  switch (wanted) {
    case undefined:
      return urls('\n');
    case 'null':
      return urls('\0');
    case 'json':
      return json();
    case 'ndjson':
      return ndjson();
    case 'qr':
      return (await import('./qr.ts')).qr();
    default:
      return commandFormat(wanted, options.filename);
  }
}

async function commandFormat(
  wanted: 'curl' | 'wget' | 'aria2' | 'python',
  filename: string | undefined,
): Promise<LinkFormat> {
  const commands = await import('./commands.ts');
  return commands[wanted](commands.fileNames(filename));
}
