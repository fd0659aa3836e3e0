// A table that a run writes into a Markdown file, between its marks, so that the file says what was seen and nothing else.
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Compares a file's table with what a run has found, or writes it. A file without the marks fails.
 *
 * @param {{ file: string, mark: string, cells: readonly (readonly string[])[], renewedBy: string }} table the first row is its head
 * @param {import('./inspect.mjs').Report} report
 * @param {boolean} writes
 */
export function documentTable({ file, mark, cells, renewedBy }, report, writes) {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- begin ${mark} -->`, `<!-- end ${mark} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) {
    report(`${file}: table of ${mark}`, false, `write ${begin} and ${end} where the table belongs`);
    return;
  }
  const renewed = `${text.slice(0, from + begin.length)}\n\n${markdown(cells)}\n\n${text.slice(to)}`;
  if (writes) writeFileSync(file, renewed);
  report(`${file}: table of ${mark}`, writes || renewed === text, `renew it: ${renewedBy} --write`);
}

/** As the formatter writes it. @param {readonly (readonly string[])[]} cells @returns {string} */
function markdown(cells) {
  const [head = [], ...rows] = cells;
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row, pad = ' ') =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width, pad)).join(' | ')} |`;
  return [line(head), line([], '-'), ...rows.map((row) => line(row))].join('\n');
}
