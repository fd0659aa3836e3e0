import { usageError } from '../../failure/cli-error.ts';
import type { SignVerbOptions } from './options.ts';
import type { LinkFormat } from './formats/format.ts';
import { json, ndjson, urls } from './formats/text.ts';

const FORMATS = ['json', 'ndjson', 'manifest', 'null', 'qr', 'curl', 'wget', 'aria2', 'python'] as const;
const TWINS = new Set<(typeof FORMATS)[number] | undefined>([undefined, 'null', 'json', 'ndjson', 'manifest']);

/**
 * The format that the options select; plain links by default.
 *
 * @throws CliError when the options select several
 */
export async function chooseFormat(options: SignVerbOptions): Promise<LinkFormat> {
  const given = FORMATS.filter((name) => options[name]);
  // With --files-from, -0 may describe the list only.
  const isAboutList = options['files-from'] !== undefined && given.length > 1;
  const [wanted, second] = given.filter((name) => !(isAboutList && name === 'null'));
  if (wanted !== undefined && second !== undefined) {
    throw usageError(`--${wanted} and --${second} exclude each other`);
  }
  // A QR code or a command holds one link and would drop the other.
  if (options['head-twin'] && !TWINS.has(wanted))
    throw usageError(`--head-twin works with plain links and JSON, not with --${wanted}`);
  switch (wanted) {
    case undefined:
      return urls('\n');
    case 'null':
      return urls('\0');
    case 'json':
      return json();
    case 'ndjson':
    case 'manifest':
      return ndjson();
    case 'qr':
      return (await import('./formats/qr.ts')).qr();
    default:
      return commandFormat(wanted, options.filename);
  }
}

async function commandFormat(
  wanted: 'curl' | 'wget' | 'aria2' | 'python',
  filename: string | undefined,
): Promise<LinkFormat> {
  const commands = await import('./formats/commands.ts');
  return commands[wanted](commands.fileNames(filename));
}
