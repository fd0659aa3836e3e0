import { expect, test } from 'vitest';
import { downloadName, formatsOf, type MadeLink, writeCsv, writeLink } from '../src/link/commands.ts';

const link: MadeLink = {
  key: "reports/it's.txt",
  url: 'https://files.example.com/d/token?a=1&b=2',
  name: "it's.txt",
  expiresAt: '2027-01-01T00:00:00.000Z',
  hasPassword: false,
};

test('quotes names for the shell, and keeps a leading hyphen from being an option', () => {
  expect(writeLink(link, 'curl')).toBe(`curl -fL -o 'it'\\''s.txt' '${link.url}'`);
  expect(writeLink({ ...link, name: '-rf' }, 'wget')).toBe(`wget -O './-rf' '${link.url}'`);
});

test('sends a password from the environment, and offers no command that cannot', () => {
  const guarded = { ...link, hasPassword: true };
  expect(writeLink(guarded, 'curl')).toContain('--data-urlencode "password=$PASSWORD"');
  expect(writeLink(guarded, 'python')).toContain("os.environ['PASSWORD']");
  expect(formatsOf(guarded)).not.toContain('aria2');
  expect(formatsOf(link)).toContain('aria2');
});

test('escapes markup', () => {
  expect(writeLink({ ...link, name: '<b>"x"&' }, 'html')).toBe(
    '<a href="https://files.example.com/d/token?a=1&amp;b=2">&lt;b&gt;&quot;x&quot;&amp;</a>',
  );
  expect(writeLink({ ...link, name: 'a]_b' }, 'markdown')).toBe(`[a\\]\\_b](<${link.url}>)`);
});

test('writes cells that a spreadsheet reads as text', () => {
  const csv = writeCsv('key,url,expires', [{ ...link, key: '=1+1,"x"' }]);
  expect(csv).toBe(`\uFEFFkey,url,expires\r\n"'=1+1,""x""",${link.url},${link.expiresAt}\r\n`);
});

test('names downloads as the user or the key does, without folders', () => {
  expect(downloadName('a/b.txt', '')).toBe('b.txt');
  expect(downloadName('a/b.txt', ' c/d.txt ')).toBe('d.txt');
  expect(downloadName('folder/', '')).toBe('download');
});
