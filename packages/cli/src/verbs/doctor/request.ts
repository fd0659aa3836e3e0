import { snapshotCredentials, systemClock, type Credentials } from '@ossgrant/credentials-core';
import { credentialSource } from '../../connection/credentials.ts';
import { CONNECTION_OPTIONS } from '../../connection/endpoint.ts';
import { readRefusal } from '../../connection/oss-refusal.ts';
import { usageError, CliError, EXIT } from '../../failure/cli-error.ts';
import type { ProcessContext, Context, OptionTable } from '../../verb.ts';

/** A request as it was sent. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Parses a request line and headers, as `curl -v` and proxies show them. A leading `> ` is removed, and everything after the first
 * blank line is ignored.
 *
 * @throws CliError when the text holds no request
 */
export function readRequest(text: string): SentRequest {
  const all = text.split(/\r?\n/);
  // In the output of `curl -v`, only these lines are the request.
  const marked = all.filter((line) => line.startsWith('>')).map((line) => line.replace(/^> ?/, ''));
  const lines = marked.length > 0 ? marked : all;
  const first = lines.findIndex((line) => /^[A-Z]+ \S+( HTTP\/[\d.]+)?$/.test(line.trim()));
  if (first === -1) {
    throw usageError('--request lacks a request line', 'for example: GET /a.txt?... HTTP/1.1');
  }
  const [method = '', target = ''] = (lines[first] ?? '').trim().split(' ');
  const headers = readHeaders(lines.slice(first + 1));
  if (/^https?:\/\//i.test(target)) return { method, url: target, headers };
  const host = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1];
  if (host === undefined) throw usageError('--request lacks a Host header', 'it is needed to find the bucket');
  return { method, url: `https://${host}${target}`, headers };
}

function readHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    if (line.trim() === '') break;
    const [, name, value] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      throw usageError('--request holds a line that is not a header', 'write each as name: value');
    headers[name] = value;
  }
  return headers;
}

/** The server's response to a probe. */
export interface ProbeResponse {
  readonly status: number;
  /** The refusal: its body, or the `x-oss-err` header that HEAD gets instead. Absent when the server accepted the request. */
  readonly error?: string;
}

/**
 * Sends the request unchanged, for one byte, and reads the refusal, if any.
 *
 * @throws CliError for methods that could change something, and when the connection fails
 */
export async function probe(
  request: SentRequest,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<ProbeResponse> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD')
    throw usageError(`--probe sends GET and HEAD only: ${method} could change something`);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { range: 'bytes=0-0', ...request.headers },
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError(EXIT.failure, `cannot connect to ${new URL(url).host}`, {
      fix: 'check the host in the link, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status < 400) {
    await response.body?.cancel();
    return { status: response.status };
  }
  const body = await readRefusal(response);
  return { status: response.status, error: body === '' ? (response.headers.get('x-oss-err') ?? '') : body };
}

/**
 * The credentials that signed a request, if this machine has them: with the secret, a guess becomes a proof. Another key's secret
 * would prove nothing, and a machine without credentials is fine.
 */
export async function signerOf(
  request: SentRequest,
  { env, signal, profile }: Pick<ProcessContext, 'env' | 'signal'> & { readonly profile: string | undefined },
): Promise<Credentials | undefined> {
  const source = credentialSource({
    profile,
    // The key of an instance role changes every few hours: fetching it costs a second and seldom helps.
    env: { ...env, ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true' },
  });
  try {
    const credentials = snapshotCredentials(await source.fetch({ signal, clock: systemClock }));
    return keyIdOf(request) === credentials.accessKeyId ? credentials : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (profile !== undefined) throw error;
    return undefined;
  }
}

function keyIdOf({ url, headers }: SentRequest): string | undefined {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const credential = query.get('x-oss-credential') ?? /Credential=([^,\s]+)/.exec(authorization)?.[1];
  return (
    credential?.split('/')[0] ??
    query.get('OSSAccessKeyId') ??
    query.get('x-oss-access-key-id') ??
    /^OSS ([^:\s]+):/.exec(authorization)?.[1]
  );
}

/** Options of `doctor`. */
export const DOCTOR_OPTIONS = {
  request: {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'request line and headers as they were sent; - is stdin',
  },
  error: { type: 'text', value: 'FILE', completes: 'file', help: "the server's error, or its x-oss-err header" },
  probe: { type: 'flag', help: 'send the request (GET or HEAD) and examine the response' },
  method: { type: 'text', short: 'X', value: 'METHOD', help: 'HTTP method of the request (default: GET)' },
  bucket: { type: 'text', value: 'NAME', help: 'bucket behind a custom domain' },
  profile: CONNECTION_OPTIONS.profile,
  json: { type: 'flag', help: 'write one JSON object' },
} as const satisfies OptionTable;

/** The context of `doctor`. */
export type DoctorContext = Context<typeof DOCTOR_OPTIONS>;
