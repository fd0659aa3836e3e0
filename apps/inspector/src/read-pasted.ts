/** What a pasted text holds. */
export interface Pasted {
  /** The first http(s) URL, as it was written. */
  readonly url?: string;
  /** The method of a request line or of a curl command. */
  readonly method?: string;
  /** Headers of a request, or of curl's `-H`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The server's answer, from its first `<` to its end. */
  readonly error?: string;
}

/** Longer than any link with its request and refusal; nobody pastes more on purpose. */
const LIMIT = 65_536;
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'];

/**
 * Finds the link, the method, the headers and the refusal in what a person pastes: a bare link, a curl command, a raw HTTP request,
 * an error page, or several of them, in any order. Text beyond 65,536 characters is not read.
 */
export function readPasted(text: string): Pasted {
  const pasted = text.slice(0, LIMIT);
  const error = errorIn(pasted);
  // An error names URLs of its own: the document's host, the endpoint to use.
  const rest = error === undefined ? pasted : pasted.replace(error, ' ');
  const url = urlIn(rest) ?? urlOfRequest(rest);
  const method = methodIn(rest);
  const headers = headersIn(rest);
  return {
    ...(url === undefined ? {} : { url }),
    ...(method === undefined ? {} : { method }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(error === undefined ? {} : { error }),
  };
}

function errorIn(text: string): string | undefined {
  const start = text.indexOf('<Error');
  if (start < 0) return undefined;
  const prolog = text.lastIndexOf('<?xml', start);
  const end = text.indexOf('</Error>', start);
  return text.slice(prolog < 0 ? start : prolog, end < 0 ? undefined : end + '</Error>'.length);
}

function urlIn(text: string): string | undefined {
  const start = text.search(/https?:\/\//i);
  if (start < 0) return undefined;
  const quote = text[start - 1];
  const rest = text.slice(start);
  // Within quotes everything belongs to the link; without them it ends at white space.
  const end = quote === "'" || quote === '"' ? rest.indexOf(quote) : rest.search(/[\s<>"']/);
  return end < 0 ? rest : rest.slice(0, end);
}

// A request as it goes over the wire: the path in the first line, the host in a header.
function urlOfRequest(text: string): string | undefined {
  const path = /^[A-Z]{3,7} (\/\S*) HTTP\/\d/m.exec(text)?.[1];
  const host = /^host:[ \t]*(\S+)/im.exec(text)?.[1];
  return path === undefined || host === undefined ? undefined : `https://${host}${path}`;
}

function methodIn(text: string): string | undefined {
  const line = /^([A-Z]{3,7}) \S+ HTTP\/\d/m.exec(text)?.[1];
  const option = /(?:^|\s)(?:-X|--request)[ =]?([A-Z]{3,7})(?=\s|$)/.exec(text)?.[1];
  const head = /(?:^|\s)(?:-I|--head)(?=\s|$)/.test(text) ? 'HEAD' : undefined;
  const found = line ?? option ?? head;
  return found !== undefined && METHODS.includes(found) ? found : undefined;
}

function headersIn(text: string): Record<string, string> {
  const options = text.matchAll(/(?:^|\s)(?:-H|--header)[ =]?(["'])([\w-]{1,64}):[ \t]*([^"'\n]{0,4096})\1/g);
  const curl = Array.from(options, ([, , name = '', value = '']): [string, string] => [
    name.toLowerCase(),
    value.trim(),
  ]);
  const lines = /^[A-Z]{3,7} \S+ HTTP\/\d/m.test(text) ? text.matchAll(/^([\w-]{1,64}):[ \t]*([^\r\n]{0,4096})/gm) : [];
  const raw = Array.from(lines, ([, name = '', value = '']): [string, string] => [name.toLowerCase(), value.trim()]);
  return Object.fromEntries([...raw, ...curl]);
}
