import { lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openDownload } from '@ossgrant/http-downloader';
import { CliError, usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-codes.ts';
import { fileNameOf } from './file-name.ts';
import type { GetOptions } from './options.ts';
import type { Item } from './source.ts';

/**
 * The files that downloads go to, as far as they can be told without asking the server. No name leaves the folder.
 *
 * @throws CliError when two downloads would go to the same file
 */
export async function planTargets(
  items: readonly Item[],
  options: GetOptions,
  cwd: string,
): Promise<readonly string[]> {
  const { output } = options;
  if (output !== undefined) {
    if (items.length > 1) throw usageError('--output is for one download', 'use --out-dir for several');
    if (options['server-name']) throw usageError('give either --output or --server-name');
    if (options['out-dir'] !== undefined) throw usageError('give either --output or --out-dir');
    return [resolve(cwd, output)];
  }
  const folder = resolve(cwd, options['out-dir'] ?? '.');
  await mkdir(folder, { recursive: true });
  const targets = items.map(({ name }) => join(folder, name));
  // File systems that ignore case, or the normal form of letters, take these for one.
  const forms = targets.map((target) => target.normalize('NFC').toLowerCase());
  const seen = new Set<string>();
  const double = forms.findIndex((form) => seen.size === seen.add(form).size);
  if (double !== -1 && !options['server-name']) {
    throw usageError(`two downloads would go to ${targets[double]}`, 'download them one by one, each with --output');
  }
  return targets;
}

/**
 * The file by the name that the server has for it. Costs a request of its own, which ends when its head has come.
 *
 * @throws CliError when there is such a file: a name that somebody else chose replaces nothing
 */
export async function serverTarget(item: Item, options: GetOptions, cwd: string, signal: AbortSignal): Promise<string> {
  const { info, body, done } = await openDownload(item.source, { signal });
  done.catch(() => {});
  await body.cancel();
  const { contentDisposition } = info;
  const name = contentDisposition === undefined ? item.name : fileNameOf({ contentDisposition, key: item.name });
  const target = join(resolve(cwd, options['out-dir'] ?? '.'), name);
  if (await lstat(target).catch(() => undefined)) {
    throw new CliError(EXIT.failure, `${target} exists`, { fix: 'name another file with --output' });
  }
  return target;
}
