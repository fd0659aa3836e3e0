import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName } from '../src/file-name.ts';

describe('a file name', () => {
  it.each(['a.ossgrant-part', 'a.OSSGRANT-PART.json', 'a.o\u017f\u017fgrant-part.lock', '.ossgrant-part'])(
    'is changed when it is that of an unfinished download: %j [fault 80]',
    (key) => expect(safeFileName({ key })).toBe(key.replace(/\.[^.]+-part/iu, '_ossgrant-part')),
  );

  it.each([
    [{ key: 'reports/2024/Q1.pdf' }, 'Q1.pdf'],
    [{ key: '../../etc/passwd' }, 'passwd'],
    [{ key: 'a/..' }, 'download'],
    [{ key: '/absolute' }, 'absolute'],
    [{ key: 'folder/' }, 'folder'],
    [{ key: 'C:\\Windows\\system.ini' }, 'system.ini'],
    [{ key: 'C:evil' }, 'C_evil'],
    [{ key: 'a\0b' }, 'a_b'],
    [{ key: 'NUL.txt' }, '_NUL.txt'],
    [{ key: 'com1' }, '_com1'],
    [{ key: 'end. . ' }, 'end'],
    [{ key: '.env' }, '.env'],
    [{ key: 'CON .txt' }, '_CON .txt'],
    [{ key: 'CONIN$' }, '_CONIN$'],
    [{ key: 'conout$.log' }, '_conout$.log'],
    [{ key: 'console.log' }, 'console.log'],
    [{ key: 'a\u2028b\u2029c\u061cd' }, 'a_b_c_d'],
    [
      { key: '\u{1f468}\u200d\u{1f469} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645' },
      '\u{1f468}\u200d\u{1f469} \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    ],
    [{ key: '...' }, 'download'],
    [{ key: 'invoice\u202efdp.exe' }, 'invoice_fdp.exe'],
    [{ key: '报告 2024.pdf' }, '报告 2024.pdf'],
    [{ key: '' }, 'download'],
    [{}, 'download'],
    [{ contentDisposition: 'attachment; filename="a b.pdf"', key: 'k' }, 'a b.pdf'],
    [{ contentDisposition: 'attachment; filename=plain.txt' }, 'plain.txt'],
    [{ contentDisposition: 'attachment; filename="x"; filename*=UTF-8\'\'%E6%8A%A5%E5%91%8A.pdf' }, '报告.pdf'],
    [{ contentDisposition: "attachment; filename*=UTF-8''..%2F..%2Fevil.sh" }, 'evil.sh'],
    [{ contentDisposition: 'attachment; filename*=UTF-8\'\'%E6; filename="ok.txt"' }, 'ok.txt'],
    [{ contentDisposition: 'attachment; filename="../up.txt"' }, 'up.txt'],
    [{ contentDisposition: 'attachment; filename="say \\"hi\\".txt"' }, 'say _hi_.txt'],
    [{ contentDisposition: 'inline', key: 'a/b.txt' }, 'b.txt'],
    [{ contentDisposition: 'attachment; filename=".."', key: 'b.txt' }, 'b.txt'],
  ])('from %j is %s [fault 76]', (hints, expected) => {
    expect(safeFileName(hints)).toBe(expected);
  });

  it('keeps its extension when it is cut to what file systems take', () => {
    const name = safeFileName({ key: `${'报'.repeat(200)}.pdf` });
    expect(name.endsWith('报.pdf')).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
  });

  it('never leaves its folder, whatever the server says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (text, key) => {
          const name = safeFileName({ contentDisposition: `attachment; filename="${text}"`, key });
          expect(name).not.toMatch(/[/\\\0:]|[. ]$|^$/);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(201);
        },
      ),
    );
  });
});
