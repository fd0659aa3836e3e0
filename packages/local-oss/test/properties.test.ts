import fc from 'fast-check';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { matchesWildcard } from '../src/access/conditions.ts';
import { Refusal } from '../src/http/refusal.ts';
import { percentDecode } from '../src/http/raw-request.ts';
import { childText, parseXml } from '../src/http/xml-reader.ts';
import { toXml } from '../src/http/xml.ts';
import { readForm } from '../src/operations/form/read-form.ts';
import { resolveRange } from '../src/operations/object/get-object.ts';
import { createKeyIndex, compareUtf8 } from '../src/store/key-index.ts';

const wellFormed = fc.string({ unit: 'binary' });

describe('wildcards', () => {
  it('match as the regular expression of the same meaning does', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '/') });
    fc.assert(
      fc.property(few, few, (pattern, text) => {
        const source = pattern.replaceAll('*', '.*').replaceAll('?', '.').replaceAll('/', '\\/');
        expect(matchesWildcard(pattern, text)).toBe(new RegExp(`^${source}$`, 's').test(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('key order', () => {
  it('is the byte order of UTF-8', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 2000 },
    );
  });

  it('is kept by an index through thousands of changes, and found in it from any place on', () => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.nat(3000)), { minLength: 2000, maxLength: 4000 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(3000), { maxLength: 2000 }), changes, fc.nat(3000), (loaded, steps, from) => {
        const keys = new Set(loaded.map(String));
        const index = createKeyIndex(keys);
        for (const [adds, number] of steps) {
          const key = String(number);
          if (adds && !keys.has(key)) index.add(key);
          if (!adds) index.remove(key);
          if (adds) keys.add(key);
          else keys.delete(key);
        }
        const place = String(from);
        const found = [...index.from((key) => compareUtf8(key, place) < 0)];
        expect(found).toEqual([...keys].filter((key) => compareUtf8(key, place) >= 0).sort(compareUtf8));
      }),
      { numRuns: 20 },
    );
  });
});

describe('ranges', () => {
  const header = fc.oneof(
    fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => `bytes=${a}-${b}`),
    fc.nat(30).map((a) => `bytes=${a}-`),
    fc.nat(30).map((a) => `bytes=-${a}`),
    fc.string(),
  );
  it('stay inside the object, and never serve a part that standard rules would not', () => {
    fc.assert(
      fc.property(header, fc.nat(20), (text, size) => {
        const [usual, standard] = [resolveRange(text, size, false), resolveRange(text, size, true)];
        expect(usual.kind).not.toBe('unsatisfiable');
        if (usual.kind !== 'part') return;
        expect(usual).toEqual(standard);
        expect(usual.start).toBeGreaterThanOrEqual(0);
        expect(usual.end).toBeGreaterThanOrEqual(usual.start);
        expect(usual.end).toBeLessThan(size);
      }),
      { numRuns: 2000 },
    );
  });
});

it('decodes what was percent-encoded, and nothing that is not UTF-8', () => {
  fc.assert(
    fc.property(wellFormed, (text) => {
      expect(percentDecode(encodeURIComponent(text))).toBe(text);
    }),
  );
  for (const text of ['%', '%4', '%zz', '%ff', '%c0%af', '%ed%a0%80']) expect(percentDecode(text)).toBeUndefined();
});

it('reads the XML that it writes', () => {
  const printable = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(printable, (text) => {
      expect(childText(parseXml(toXml('A', { B: text })), 'B')).toBe(text);
    }),
  );
});

it('reads any XML-like text or refuses it', () => {
  const pieces = fc.constantFrom(
    '<a>',
    '</a>',
    '<b/>',
    '&lt;',
    '&#65;',
    '&x;',
    'text',
    '<',
    '>',
    '<!--',
    '-->',
    '<?x?>',
    ' ',
    '"',
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      try {
        parseXml(parts.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
    { numRuns: 2000 },
  );
});

it('reads a form the same way however its bytes are cut', async () => {
  const body = Buffer.from(
    '--b\r\nContent-Disposition: form-data; name="Key"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n\r\n-\r\n--\r\n--a\r\n--b--\r\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), async (sizes) => {
      const pieces: Buffer[] = [];
      for (let at = 0, turn = 0; at < body.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        pieces.push(body.subarray(at, at + size));
        at += size;
      }
      const form = await readForm(Readable.from(pieces, { objectMode: false }), 'multipart/form-data; boundary=b');
      const chunks: Buffer[] = [];
      for await (const chunk of form.file.body) chunks.push(chunk);
      expect(form.fields.get('key')).toBe('k');
      expect(Buffer.concat(chunks).toString()).toBe('\r\n-\r\n--\r\n--a');
    }),
  );
});
