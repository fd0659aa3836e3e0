import { constants } from 'node:fs';
import { access, lstat, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { openDownload, safeFileName } from '@ossgrant/http-downloader';
import { CliError, EXIT, usageError } from '../../failure/cli-error.ts';
import type { InvalidItem, Item } from './item.ts';
import type { GetContext, GetOptions } from './options.ts';

/** Where the downloads go. */
export interface Destination {
  /** Absent for stdout. */
  readonly root?: string;
  /** The one file of `--output`. */
  readonly file?: string;
}

/**
 * Checks everything about files that can be checked before a request is sent, and creates the folder.
 *
 * @throws CliError
 */
export async function prepareDestination(
  items: readonly (Item | InvalidItem)[],
  { options, cwd, stdout }: GetContext,
): Promise<Destination> {
  const { output, report } = options;
  assertCompatible(options, items.length);
  if (report !== undefined) await assertWritable('--report', resolve(cwd, report));
  if (output === '-') {
    if (stdout.isClosed()) throw new CliError(EXIT.failure, '--output - needs stdout, which is closed');
    return {};
  }
  if (output !== undefined && !(await isFolderName(output, cwd))) {
    const file = resolve(cwd, output);
    await assertFile(output, file);
    return { root: dirname(file), file };
  }
  const root = resolve(cwd, output ?? options['out-dir'] ?? '.');
  await makeFolder(output === undefined ? '--out-dir' : '--output', root);
  return { root };
}

function assertCompatible({ output, json, ...options }: GetOptions, count: number): void {
  if (output === undefined) return;
  if (count > 1 && !/[/\\]$/.test(output)) throw usageError('--output takes one download', 'use --out-dir for several');
  if (options['server-name']) throw usageError('--output and --server-name exclude each other');
  if (options['out-dir'] !== undefined) throw usageError('--output and --out-dir exclude each other');
  if (output === '-' && json) throw usageError('--json and --output - both write to stdout');
  if (output === '-' && options['skip-equal']) throw usageError('--skip-equal needs a file, not --output -');
}

async function isFolderName(output: string, cwd: string): Promise<boolean> {
  if (output.endsWith('/') || output.endsWith(sep)) return true;
  return (await stat(resolve(cwd, output)).catch(() => undefined))?.isDirectory() === true;
}

// A complete file replaces what was there before: a device or a pipe must not be replaced.
async function assertFile(output: string, file: string): Promise<void> {
  const own = await lstat(file).catch(() => undefined);
  const target = await stat(file).catch(() => undefined);
  if (own?.isSymbolicLink() === true && target === undefined) {
    throw usageError(`${output} is a symbolic link to a missing file`, 'remove the link, or name the file itself');
  }
  if (target !== undefined && !target.isFile()) {
    throw usageError(`${output} is a device or a pipe, not a file`, `write to stdout instead: -o - > ${output}`);
  }
  await assertFolder('--output', dirname(file));
}

async function makeFolder(option: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw cannotWrite(option, folder, cause);
  }
  await assertFolder(option, folder);
}

async function assertFolder(option: string, folder: string): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw cannotWrite(option, folder, cause);
  }
}

async function assertWritable(option: string, file: string): Promise<void> {
  try {
    await (await open(file, 'a')).close();
  } catch (cause) {
    throw cannotWrite(option, file, cause);
  }
}

function cannotWrite(option: string, path: string, cause: unknown): CliError {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'its folder does not exist' : (code ?? 'unknown error');
  return new CliError(EXIT.failure, `${option}: cannot write to ${path}: ${reason}`, { cause });
}

/** Gives each item its file, and refuses to give one file to two items. */
export interface TargetPlan {
  /** @throws CliError when the item cannot have a file of its own below the root */
  targetOf(item: Item, signal: AbortSignal): Promise<string>;
}

/** Plans the files below a folder. No name leaves it, not even through a symbolic link. */
export function planTargets({ root = '.', file }: Destination, options: GetOptions): TargetPlan {
  const taken = new Set<string>();
  const claim = (path: string): string => {
    // Some file systems ignore case or Unicode normalisation.
    const form = path.normalize('NFC').toLowerCase();
    if (taken.has(form)) {
      throw usageError(`another download writes ${path}`, 'download it on its own, with --output, or without --flat');
    }
    taken.add(form);
    return path;
  };
  return {
    async targetOf(item, signal) {
      if (file !== undefined) return file;
      const folder = options.flat ? root : join(root, ...item.folders);
      if (!options['server-name']) claim(join(folder, item.name));
      if (folder !== root) await makeFolderBelow(root, folder);
      if (!options['server-name']) return join(folder, item.name);
      return claim(await serverTarget(item, folder, signal));
    },
  };
}

async function makeFolderBelow(root: string, folder: string): Promise<void> {
  await makeFolder('--out-dir', folder);
  const [realRoot, realFolder] = await Promise.all([realpath(root), realpath(folder)]);
  if (realFolder.startsWith(realRoot === sep ? sep : realRoot + sep)) return;
  throw new CliError(EXIT.failure, `${folder} leaves ${root} through a symbolic link`, {
    fix: 'remove the link, or choose another --out-dir',
  });
}

// Costs one extra request, which ends once the headers have arrived.
async function serverTarget(item: Item, folder: string, signal: AbortSignal): Promise<string> {
  const { info, body, done } = await openDownload(item.source, { signal });
  done.catch(() => {});
  await body.cancel();
  const { contentDisposition } = info;
  const sent = contentDisposition === undefined ? '' : safeFileName({ contentDisposition, key: item.name });
  // A name that somebody else chose must not be one that shells and programs read, such as .profile.
  const target = join(folder, sent.replace(/^\.+/, '') || item.name);
  // Somebody else chose the name: it must not replace a file.
  if (await lstat(target).catch(() => undefined)) {
    throw new CliError(EXIT.failure, `${target} already exists`, { fix: 'choose another file with --output' });
  }
  return target;
}
