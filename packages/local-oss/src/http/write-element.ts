import { escapeXml } from './xml.ts';
import type { XmlElement } from './xml-reader.ts';

/** Writes an element that was read, as a document: without the attributes and the space between elements that it had. */
export function writeDocument(element: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(element)}\n`;
}

function writeElement({ name, text, children }: XmlElement): string {
  const inner = children.length === 0 ? escapeXml(text.trim()) : children.map(writeElement).join('');
  return `<${name}>${inner}</${name}>`;
}
