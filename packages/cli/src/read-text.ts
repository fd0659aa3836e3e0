import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from './cli-error.ts';
import type { Surroundings } from './context.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Reads a file, or stdin for `-`, as text.
 *
 * @throws CliError when the file cannot be read
 */
export async function readText(file: string, { cwd, stdin }: Pick<Surroundings, 'cwd' | 'stdin'>): Promise<string> {
  if (file === '-') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stdin()) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks).toString('utf8');
  }
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(code === 'ENOENT' ? EXIT.notFound : EXIT.failure, `${file} cannot be read (${code})`, { cause });
  }
}
