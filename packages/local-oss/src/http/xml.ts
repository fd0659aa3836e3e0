/** A leaf, a nested element or a repeated element of an XML response. */
export type XmlValue = string | number | boolean | Date | XmlNode | readonly (XmlNode | string)[] | undefined;

/** Elements by name, in order. */
export interface XmlNode {
  readonly [name: string]: XmlValue;
}

/** Writes an XML document; absent values are left out. Elements of several names in one order are given as a list. */
export function toXml(root: string, content: XmlNode | readonly (readonly [name: string, value: XmlValue])[]): string {
  const elements = Array.isArray(content) ? content : Object.entries(content);
  const inner = elements.map(([name, value]) => element(name, value));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner.join('')}</${root}>\n`;
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: XmlNode | string) => element(name, item)).join('');
  if (value instanceof Date) return `<${name}>${xmlTime(value)}</${name}>`;
  if (typeof value === 'object') {
    const inner = Object.entries(value).map(([child, childValue]) => element(child, childValue));
    return `<${name}>${inner.join('')}</${name}>`;
  }
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** An instant as OSS writes it in XML: whole seconds, with `.000` for the milliseconds. */
function xmlTime(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}.000Z`;
}

const SPECIAL = /[&<>\p{Cc}]/u;

/** Text as an element may hold it. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // XML 1.0 has no form for other control characters, not even escaped.
      .replace(/\p{Cc}/gu, (char) => ('\t\n\r'.includes(char) || char > '\u007e' ? char : '\ufffd'))
  );
}
