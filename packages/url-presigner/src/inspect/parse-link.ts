/** One query parameter, as written and as a server reads it. */
export interface LinkParameter {
  readonly name: string;
  /** `null`: a bare name. `+` is read as a space, as in forms. */
  readonly value: string | null;
  readonly rawValue: string;
}

/** A URL taken apart without changing anything: URL parsers collapse dot segments, and with them the key. */
export interface ParsedLink {
  readonly secure: boolean;
  /** Lower case, with the port where there is one. */
  readonly host: string;
  readonly hostname: string;
  readonly rawPath: string;
  /** Decoded once, without the leading slash. */
  readonly path: string;
  readonly parameters: readonly LinkParameter[];
}

/** @throws TypeError when the text is no http(s) URL; the message does not repeat it */
export function parseLink(text: string): ParsedLink {
  const match = /^\s*["'<]?(https?):\/\/([^/?#\s]+)([^?#]*)(?:\?([^#]*))?/i.exec(text);
  if (match === null) throw new TypeError('not an http or https URL');
  const [, scheme = '', host = '', rawPath = '', query = ''] = match;
  const bare = (value: string): string => value.replace(/["'>\s]+$/, '');
  return {
    secure: scheme.toLowerCase() === 'https',
    host: host.toLowerCase(),
    hostname: host.toLowerCase().replace(/:\d*$/, ''),
    rawPath: bare(rawPath),
    path: decodeOnce(bare(rawPath)).replace(/^\//, ''),
    parameters: bare(query)
      .split('&')
      .filter((piece) => piece !== '')
      .map(readParameter),
  };
}

/** Percent-decodes once; text that cannot be decoded stays as it is. */
export function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Value of the first parameter of that name: what a server reads. */
export function parameterOf(link: ParsedLink, name: string): string | undefined {
  const found = link.parameters.find((parameter) => parameter.name === name);
  return found === undefined ? undefined : (found.value ?? '');
}

function readParameter(piece: string): LinkParameter {
  const equals = piece.indexOf('=');
  const decode = (text: string): string => decodeOnce(text.replaceAll('+', ' '));
  if (equals === -1) return { name: decode(piece), value: null, rawValue: '' };
  const rawValue = piece.slice(equals + 1);
  return { name: decode(piece.slice(0, equals)), value: decode(rawValue), rawValue };
}
