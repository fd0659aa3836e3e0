import { malformedXml } from './refusal.ts';
import { escapeXml } from './xml.ts';

/** An element: its text and its children, in order. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const MAX_DEPTH = 16;
const MAX_ELEMENTS = 50_000;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN = /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.-]*)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/y;

/**
 * Reads a small XML document: elements and text. No document type, no entities but the five of XML and numbers, and
 * limits on depth and count, so that a hostile body costs no more than its length.
 *
 * @throws Refusal 400 MalformedXML
 */
export function parseXml(source: string): XmlElement {
  const root = { name: '', text: '', children: [] as XmlElement[] };
  const open = [root];
  let elements = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    if (match === null) throw malformedXml();
    const [, closing, name, , empty, text] = match;
    const current = open.at(-1) ?? root;
    if (text !== undefined) {
      current.text += decode(text);
    } else if (name !== undefined && closing === '/') {
      if (open.length === 1 || current.name !== name) throw malformedXml();
      open.pop();
    } else if (name !== undefined) {
      elements += 1;
      if (elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw malformedXml();
      const element = { name, text: '', children: [] as XmlElement[] };
      current.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [document, ...others] = root.children;
  if (open.length !== 1 || document === undefined || others.length > 0 || root.text.trim() !== '') throw malformedXml();
  return document;
}

/** Text of the first child of that name; `undefined` when it is absent. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function decode(text: string): string {
  return text.replace(/&([^;&]{0,12});?/g, (_, entity: string) => {
    const known = Object.hasOwn(ENTITIES, entity) ? ENTITIES[entity] : undefined;
    if (known !== undefined) return known;
    const number = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(entity);
    const code =
      number === null ? -1 : Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
    // An unpaired surrogate is not a character: no UTF-8 text could hold a key with one.
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw malformedXml();
    return String.fromCodePoint(code);
  });
}

/** Writes an element that was read, as a document: without the attributes and the space between elements that it had. */
export function writeDocument(element: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(element)}\n`;
}

function writeElement({ name, text, children }: XmlElement): string {
  const inner = children.length === 0 ? escapeXml(text.trim()) : children.map(writeElement).join('');
  return `<${name}>${inner}</${name}>`;
}
