// More than anybody copies, and little enough for any expression below.
const MAX_LENGTH = 65_536;

/**
 * Finds OSS's error in what people have: the XML itself, also with the words of a browser or a log around it, the `x-oss-err` header
 * in Base64, or the one-line text of an SDK. Any other text is returned as it is.
 *
 * @returns XML or Base64
 */
export function findError(text: string): string {
  const given = text.slice(0, MAX_LENGTH).trim();
  const start = given.indexOf('<Error>');
  if (start !== -1) {
    const end = given.indexOf('</Error>', start);
    return given.slice(start, end === -1 ? undefined : end + '</Error>'.length);
  }
  if (given.startsWith('<') || /^[A-Za-z0-9+/=\s]*$/.test(given)) return given;
  return fromSdkText(given) ?? given;
}

const SEPARATOR = `['"\\]]?\\s?[:=]\\s?['"]?`;
// As the SDKs for Python, JavaScript, Java and Go print them.
const FIELDS: readonly (readonly [element: string, pattern: RegExp])[] = [
  ['Code', new RegExp(`\\b(?:Error ?)?Code${SEPARATOR}([A-Z][A-Za-z]{3,60})\\b`, 'i')],
  ['RequestId', new RegExp(`\\bRequest[ -]?Id${SEPARATOR}([0-9A-F]{16,32})\\b`, 'i')],
  ['EC', new RegExp(`\\bEC${SEPARATOR}(\\d{4}-\\d{8})\\b`, 'i')],
  ['Message', new RegExp(`\\b(?:Error ?)?Message${SEPARATOR}([^'"\\n]{1,500})`, 'i')],
];

function fromSdkText(text: string): string | undefined {
  const found = FIELDS.flatMap(([element, pattern]) => {
    const value = pattern.exec(text)?.[1];
    return value === undefined ? [] : [`<${element}>${escapeXml(value)}</${element}>`];
  });
  return found.some((element) => element.startsWith('<Code>')) ? `<Error>${found.join('')}</Error>` : undefined;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
