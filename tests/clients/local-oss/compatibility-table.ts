import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One line of `docs/compatibility.md`. */
interface Row {
  readonly operation: string;
  readonly signature: string;
  readonly result: string;
}

/** A client, as the page names it. */
export interface Client {
  /** Names the client's part of the page: it stands between `<!-- begin MARK -->` and `<!-- end MARK -->`. */
  readonly mark: string;
  readonly name: string;
  /** As this run has found it. */
  readonly version: string;
  /** The version of an npm package is pinned, and compared; a program's is the machine's, and only written down. */
  readonly origin: 'npm' | 'Debian';
}

/** A client's part of the page while a run fills it. */
export interface ClientTable {
  /** Adds a line. @param result @default 'works' */
  note(operation: string, signature: string, result?: string): void;
  /** What the page says, and what it must say after this run. */
  compare(): Promise<{ readonly page: string; readonly run: string }>;
}

const PATH = fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url));
// By what stands here CI knows that no part of the page was left unrun.
const RUN = fileURLToPath(new URL('../../../.reports/compatibility/', import.meta.url));

/** An empty table of a client. */
export function clientTable({ mark, name, version, origin }: Client): ClientTable {
  const rows: Row[] = [];
  const compared = (section: string): string => (origin === 'npm' ? section : section.replace(/^## .*$/m, ''));
  return {
    note: (operation, signature, result = 'works') => void rows.push({ operation, signature, result }),
    async compare() {
      const section = toSection(`${name} ${version} (${origin})`, rows);
      return { page: compared(await documented(mark, section)), run: compared(section) };
    },
  };
}

/** A client's part of the page, as a run has found it. */
function toSection(client: string, rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.operation} | ${row.signature} | ${row.result} |`);
  return [`## ${client}`, '', '| operation | signature | result |', '|---|---|---|', ...lines].join('\n');
}

/**
 * The part of `docs/compatibility.md` that stands between a client's marks. With `OSSGRANT_WRITE_DOCS=1` the part is
 * written first, so that the page always says what a run has seen.
 */
export async function documented(mark: string, section: string): Promise<string> {
  const [begin, end] = [`<!-- begin ${mark} -->\n`, `\n<!-- end ${mark} -->`];
  const page = await readFile(PATH, 'utf8');
  const [from, to] = [page.indexOf(begin) + begin.length, page.indexOf(end)];
  if (from < begin.length || to === -1) throw new Error(`docs/compatibility.md has no marks for ${mark}`);
  if (process.env['CI'] !== undefined) {
    await mkdir(RUN, { recursive: true });
    await writeFile(`${RUN}${mark}`, section);
  }
  if (process.env['OSSGRANT_WRITE_DOCS'] !== '1') return page.slice(from, to);
  await writeFile(PATH, page.slice(0, from) + section + page.slice(to));
  return section;
}
