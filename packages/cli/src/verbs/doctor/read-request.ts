import { usageError } from '../../cli-error.ts';

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads a request from text: a request line and headers, as `curl -v` and proxies show them. A `> ` before each line is left
 * out, and so is everything after the first blank line.
 *
 * @throws CliError when there is no request in it
 */
export function readRequest(text: string): SentRequest {
  const all = text.split(/\r?\n/);
  // In the output of `curl -v`, only these lines are the request.
  const marked = all.filter((line) => line.startsWith('>')).map((line) => line.replace(/^> ?/, ''));
  const lines = marked.length > 0 ? marked : all;
  const first = lines.findIndex((line) => /^[A-Z]+ \S+( HTTP\/[\d.]+)?$/.test(line.trim()));
  if (first === -1) {
    throw usageError('--request holds no request', 'it starts with a line such as: GET /a.txt?... HTTP/1.1');
  }
  const [method = '', target = ''] = (lines[first] ?? '').trim().split(' ');
  const headers = readHeaders(lines.slice(first + 1));
  if (/^https?:\/\//i.test(target)) return { method, url: target, headers };
  const host = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
  if (host === undefined) throw usageError('--request has no Host header', 'without it nobody knows the bucket');
  return { method, url: `https://${host}${target}`, headers };
}

function readHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    if (line.trim() === '') break;
    const [, name, value] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw usageError(`--request: "${line}" is no header`);
    headers[name] = value;
  }
  return headers;
}
