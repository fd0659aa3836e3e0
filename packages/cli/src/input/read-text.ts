import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, EXIT, usageError } from '../failure/cli-error.ts';
import type { ProcessContext } from '../verb.ts';

/**
 * Reads a file, or stdin for `-`, as text.
 *
 * @throws CliError when the file cannot be read
 */
export async function readText(file: string, { cwd, stdin }: Pick<ProcessContext, 'cwd' | 'stdin'>): Promise<string> {
  if (file === '-') return (await readBytes(stdin())).toString('utf8');
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(code === 'ENOENT' ? EXIT.notFound : EXIT.failure, `${file} cannot be read (${code})`, { cause });
  }
}

/**
 * Reads a password from a file, or stdin for `-`. An editor ends the file with a line break, which does not belong to it.
 *
 * @throws CliError when the file cannot be read, or is empty
 */
export async function readPassword(file: string, from: Pick<ProcessContext, 'cwd' | 'stdin'>): Promise<string> {
  const password = (await readText(file, from)).replace(/\r?\n$/, '');
  if (password === '') throw usageError('the password file is empty');
  return password;
}

/** Reads a stream to its end. */
export async function readBytes(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark, as Windows writes it.
 *
 * @throws CliError when the text is neither
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError(EXIT.failure, 'stdin is not UTF-8 text', { cause });
  }
}

// A byte order mark of UTF-8 is skipped by the decoder.
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** The file of a list, and the separator of its items. */
export interface ReadListOptions extends Pick<ProcessContext, 'cwd' | 'stdin' | 'signal'> {
  /** `-` is stdin. */
  readonly file: string;
  readonly separator: '\n' | '\0';
}

/**
 * Yields the items of a list as they arrive, without empty ones.
 *
 * @throws CliError when the file cannot be read or is not UTF-8
 */
export async function* readList(options: ReadListOptions): AsyncGenerator<string> {
  const { file, separator, signal } = options;
  const stream = file === '-' ? options.stdin() : createReadStream(resolve(options.cwd, file));
  const cut = (line: string): string => (separator === '\n' && line.endsWith('\r') ? line.slice(0, -1) : line);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = '';
  try {
    for await (const chunk of stream) {
      signal.throwIfAborted();
      decoder ??= new TextDecoder(encodingOf(chunk as Uint8Array), { fatal: true });
      const items = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split(separator);
      rest = items.pop() ?? '';
      for (const item of items) if (cut(item) !== '') yield cut(item);
    }
    rest += decoder?.decode() ?? '';
  } catch (cause) {
    signal.throwIfAborted();
    const { code } = cause as { readonly code?: string };
    throw new CliError(
      code === 'ENOENT' ? EXIT.notFound : EXIT.failure,
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
        ? `--files-from ${file} is not UTF-8`
        : `--files-from ${file} cannot be read${code === undefined ? '' : ` (${code})`}`,
      { cause },
    );
  }
  if (cut(rest) !== '') yield cut(rest);
}
