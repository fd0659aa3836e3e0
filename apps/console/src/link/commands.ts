import { nameOf } from './target.ts';

/** A link that was made. */
export interface MadeLink {
  /** Absent for a link to several objects. */
  readonly key?: string;
  readonly url: string;
  /** The name that downloads get. */
  readonly name: string;
  readonly expiresAt: string;
  /** Whether its visitor must give a password. */
  readonly hasPassword: boolean;
}

export const FORMATS = ['curl', 'wget', 'aria2', 'python', 'html', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** The ways to write a link down. aria2 sends no forms, so a link with a password has none for it. */
export function formatsOf({ hasPassword }: MadeLink): readonly Format[] {
  return hasPassword ? FORMATS.filter((format) => format !== 'aria2') : FORMATS;
}

/** The link as a command, a program or markup that downloads the object under its name. */
export function writeLink(link: MadeLink, format: Format): string {
  return WRITERS[format](link);
}

const WRITERS: Readonly<Record<Format, (link: MadeLink) => string>> = {
  curl: ({ url, name, hasPassword }) =>
    `curl -fL ${hasPassword ? '--data-urlencode "password=$PASSWORD" ' : ''}-o ${quoted(pathOf(name))} ${quoted(url)}`,
  // wget writes forms as they are: the shell has no encoder, so a password of other characters needs curl.
  wget: ({ url, name, hasPassword }) =>
    `wget ${hasPassword ? '--post-data="password=$PASSWORD" ' : ''}-O ${quoted(pathOf(name))} ${quoted(url)}`,
  aria2: ({ url, name }) => `aria2c --out=${quoted(name)} ${quoted(url)}`,
  python: ({ url, name, hasPassword }) =>
    [
      ...(hasPassword ? ['import os'] : []),
      'import shutil',
      ...(hasPassword ? ['import urllib.parse'] : []),
      'import urllib.request',
      '',
      ...(hasPassword ? ["form = urllib.parse.urlencode({'password': os.environ['PASSWORD']}).encode()"] : []),
      `with urllib.request.urlopen(${literal(url)}${hasPassword ? ', form' : ''}) as response, open(${literal(name)}, 'wb') as file:`,
      '    shutil.copyfileobj(response, file)',
    ].join('\n'),
  html: ({ url, name }) => `<a href="${escaped(url)}">${escaped(name)}</a>`,
  markdown: ({ url, name }) => `[${name.replace(/[\\[\]`*_<>]/g, '\\$&')}](<${url}>)`,
};

/** For sh: nothing in single quotes has a meaning. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A name that starts with a hyphen would be taken for an option. */
function pathOf(name: string): string {
  return name.startsWith('-') ? `./${name}` : name;
}

/** A string of Python: its escapes contain those of JSON, but for halves of characters, which no key has. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Lines of key, URL and end for a spreadsheet, which takes a cell that starts with `=` for a formula. */
export function writeCsv(header: string, links: readonly MadeLink[]): string {
  const rows = links.map(({ key, name, url, expiresAt }) => [key ?? name, url, expiresAt].map(cell).join(','));
  return `\uFEFF${[header, ...rows].join('\r\n')}\r\n`;
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The name of a download, as far as the page can know it. */
export function downloadName(key: string, filename: string): string {
  return nameOf(filename.trim() === '' ? key : filename.trim());
}
