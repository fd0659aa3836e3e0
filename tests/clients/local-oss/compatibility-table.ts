import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One line of `docs/compatibility.md`. */
export interface Row {
  readonly operation: string;
  readonly signature: string;
  readonly result: string;
}

const PATH = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));

/** A client's part of the page, as a run has found it. */
export function toSection(client: string, rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.operation} | ${row.signature} | ${row.result} |`);
  return [`## ${client}`, '', '| operation | signature | result |', '|---|---|---|', ...lines].join('\n');
}

/**
 * The part of `docs/compatibility.md` that stands between a client's marks. With `OSSGRANT_WRITE_DOCS=1` the part is
 * written first, so that the page always says what a run has seen.
 */
export async function documented(name: string, section: string): Promise<string> {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `\n<!-- end ${name} -->`];
  const page = await readFile(PATH, 'utf8');
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (from < begin.length || to === -1) throw new Error(`docs/compatibility.md has no marks for ${name}`);
  if (process.env['OSSGRANT_WRITE_DOCS'] !== '1') return page.slice(from, to);
  await writeFile(PATH, page.slice(0, from) + section + page.slice(to));
  return section;
}
