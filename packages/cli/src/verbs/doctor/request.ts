import { snapshotCredentials, systemClock, type Credentials } from '@ossgrant/credentials-core';
import { credentialSource } from '../../connection/credentials.ts';
import { CONNECTION_OPTIONS } from '../../connection/endpoint.ts';
import { usageError, CliError, EXIT } from '../../failure/cli-error.ts';
import type { Surroundings, Context, OptionTable } from '../../verb.ts';

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

/** What the server answered. */
export interface ProbeAnswer {
  readonly status: number;
  /** The refusal: its body, or the `x-oss-err` header that HEAD gets instead. Absent when it was none. */
  readonly error?: string;
}

// Longer than any refusal of OSS.
const MAX_BYTES = 65_536;

/**
 * Sends the request as it is and reads the refusal, if it is one. Asks for one byte where it is none.
 *
 * @throws CliError for methods that would change something, and when the server cannot be reached
 */
export async function probe(
  request: SentRequest,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<ProbeAnswer> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD')
    throw usageError(`--probe does not send ${method}: it could change something`);
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
    throw new CliError(EXIT.failure, 'the server cannot be reached', {
      fix: 'check the host in the link, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status < 400) {
    await response.body?.cancel();
    return { status: response.status };
  }
  const body = (await response.text()).slice(0, MAX_BYTES);
  return { status: response.status, error: body === '' ? (response.headers.get('x-oss-err') ?? '') : body };
}

/**
 * The secret that a request was signed with, if this machine has it: with it a guess becomes a proof. Another key's secret
 * would prove nothing, and a machine without any is no failure.
 */
export async function signerOf(
  request: SentRequest,
  { env, signal, profile }: Pick<Surroundings, 'env' | 'signal'> & { readonly profile: string | undefined },
): Promise<Credentials | undefined> {
  const source = credentialSource({
    profile,
    // The role of an instance has a new key every few hours: asking for it costs a second and seldom helps.
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
    help: 'the request as it was sent: request line and headers; - is stdin',
  },
  error: { type: 'text', value: 'FILE', completes: 'file', help: "the server's answer, or its x-oss-err header" },
  probe: { type: 'flag', help: 'send the request (GET or HEAD) and read the answer' },
  method: { type: 'text', short: 'X', value: 'METHOD', help: 'with which the link was used; default: GET' },
  bucket: { type: 'text', value: 'NAME', help: 'the bucket meant, which a custom domain does not tell' },
  profile: CONNECTION_OPTIONS.profile,
  json: { type: 'flag', help: 'one JSON object' },
} as const satisfies OptionTable;

/** What `doctor` runs with. */
export type DoctorContext = Context<typeof DOCTOR_OPTIONS>;
