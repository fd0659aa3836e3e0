const ELEMENT = /<([A-Za-z][A-Za-z0-9]{0,63})>([^<]*)<\/\1>/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MAX_ELEMENTS = 64;

/**
 * Reads the leaf elements of a small XML document into a map: enough for error bodies, and nothing more.
 *
 * No entities but the five of XML and character references, no DTD, no attributes, no nesting: there is nothing to
 * expand and nothing to fetch. A document with a DOCTYPE is not read at all. The first of several equal names counts.
 */
export function readFlatXml(text: string): ReadonlyMap<string, string> {
  const elements = new Map<string, string>();
  if (text.includes('<!DOCTYPE')) return elements;
  for (const [, name = '', raw = ''] of text.matchAll(ELEMENT)) {
    if (!elements.has(name)) elements.set(name, decodeEntities(raw));
    if (elements.size >= MAX_ELEMENTS) break;
  }
  return elements;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]{2,4}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex as string, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
