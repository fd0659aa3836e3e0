import type { ObjectFacts } from '@ossgrant/http-downloader/file';
import { defined } from '@ossgrant/credentials-core/internal';
import { usageError, CliError, EXIT } from '../../failure/cli-error.ts';
import { readText } from '../../input/read-text.ts';
import { linkItem, namesOf, type InvalidItem, type Item } from './item.ts';
import { headersOf, type GetContext } from './options.ts';

/**
 * Reads a manifest, as `sign --manifest` writes it: in each line a JSON object with `url` and, where known, `key`, `headers`, `size` and
 * `crc64` (decimal text). With the last two `--skip-equal` needs no request.
 *
 * @throws CliError when the file cannot be read or has no line
 */
export async function readManifest(file: string, context: GetContext): Promise<readonly (Item | InvalidItem)[]> {
  const lines = (await readText(file, context)).split(/\r?\n/);
  const headers = headersOf(context.options);
  const items = [...lines.entries()].flatMap(([index, line]): (Item | InvalidItem)[] => {
    if (line.trim() === '') return [];
    try {
      return [itemOf(line, headers)];
    } catch (error) {
      if (!(error instanceof CliError || error instanceof TypeError)) throw error;
      const problem = error instanceof CliError ? error : usageError(error.message);
      return [{ label: `line ${index + 1}`, error: problem }];
    }
  });
  if (items.length === 0) throw new CliError(EXIT.notFound, `${file} holds no link to download`);
  return items;
}

const WRITTEN_BY = 'give a file that sign --manifest wrote';

function itemOf(line: string, headers: Readonly<Record<string, string>>): Item {
  const { url, key, size, crc64, error, headers: needed = {} } = parse(line);
  if (url === undefined && error !== undefined) {
    const name = typeof key === 'string' ? ` ${JSON.stringify(key)}` : '';
    throw new CliError(EXIT.failure, `sign has no link to the object${name}`, { fix: 'make the manifest again' });
  }
  if (typeof url !== 'string') throw usageError('the line has no "url"', WRITTEN_BY);
  const facts: ObjectFacts = defined({
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
    crc64: typeof crc64 === 'string' && /^\d{1,20}$/.test(crc64) ? BigInt(crc64) : undefined,
  });
  const item = linkItem(url, { ...textsOf(needed), ...headers });
  return { ...item, ...(typeof key === 'string' ? namesOf(key) : {}), facts };
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below: what the parser says repeats a part of the link.
  }
  throw usageError('the line is not a JSON object', WRITTEN_BY);
}

function textsOf(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(
    Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
