import { DownloadError } from '../download-error.ts';
import type { Blocks, Transport, TransportResponse } from './transport.ts';

/** The platform's `fetch`: browsers and other runtimes. */
export const transport: Transport = {
  decodesContent: true,
  async send(request, { signal, headersMs, bodyMs, blocks }): Promise<TransportResponse> {
    const stopped = new AbortController();
    const limit = <T>(ms: number, what: string, operation: Promise<T>): Promise<T> =>
      within(ms, what, operation, stopped);
    // Made first: an error here is one of the program or runtime. `fetch` has the same class for a broken connection.
    const prepared = new Request(request.origin + request.path, {
      method: request.method,
      headers: request.headers,
      // Workers of Cloudflare know no 'error'.
      redirect: 'manual',
      signal: AbortSignal.any([signal, stopped.signal]),
      ...pageOptions(),
    });
    const response = await limit(headersMs, 'response', reach(prepared, request.origin));
    if (response.type === 'opaqueredirect') {
      throw new DownloadError('the server redirects, and a web page cannot follow: use a link to the final address', {
        code: 'HTTP_STATUS',
        retryable: false,
      });
    }
    const body = response.body === null ? undefined : readerOf(response.body, response.ok ? blocks : undefined);
    return {
      status: response.status,
      hidesHeaders: response.type === 'cors',
      header: (name) => response.headers.get(name) ?? undefined,
      read: async () => body && limit(bodyMs, 'bytes', body.read().catch(broken)),
      discard: () => void body?.cancel().catch(() => {}),
    };
  },
};

type Body = NonNullable<Response['body']>;

interface BodyReader {
  read(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
}

/** Reads a body: into the blocks, where there are some and the browser can fill them. */
function readerOf(body: Body, blocks: Blocks | undefined): BodyReader {
  const filling = blocks && fillingReader(body);
  if (blocks === undefined || filling === undefined) {
    const reader = body.getReader();
    return { read: async () => (await reader.read()).value, cancel: () => reader.cancel() };
  }
  return {
    async read(): Promise<Uint8Array | undefined> {
      const { done, value } = await filling.read(blocks.take(Infinity));
      if (!done) return value;
      if (value !== undefined) blocks.give(value);
      return undefined;
    },
    cancel: () => filling.cancel(),
  };
}

function fillingReader(body: Body) {
  try {
    return body.getReader({ mode: 'byob' });
  } catch {
    // Not every browser's bodies are byte streams.
    return undefined;
  }
}

// A page's cookies do not belong to the bucket, nor does its address. Other runtimes have neither, and some refuse the options.
function pageOptions(): RequestInit & { readonly cache?: 'no-store' } {
  if (pageOrigin() === undefined) return {};
  // Through its cache, Chromium keeps pieces that nothing reads again, and lets connections to one address wait for one another.
  return { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' };
}

function pageOrigin(): string | undefined {
  const { location, document, importScripts } = globalThis as Readonly<Record<string, unknown>>;
  if (document === undefined && importScripts === undefined) return undefined;
  const origin = (location as { readonly origin?: unknown } | undefined)?.origin;
  return typeof origin === 'string' ? origin : undefined;
}

async function reach(request: Request, target: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const origin = pageOrigin();
    if (request.signal.aborted || origin === undefined || origin === new URL(target).origin) return broken(error);
    // A page cannot see which of the two it is.
    throw new DownloadError(
      `${new URL(target).host} could not be reached, or its CORS rules do not allow ${origin}: the bucket needs a rule for this origin with GET, ` +
        'the header Range, and ETag, Content-Range and x-oss-hash-crc64ecma exposed',
      { code: 'NETWORK', retryable: true },
    );
  }
}

// Without the class that errors of the program have.
function broken(cause: unknown): never {
  if (!(cause instanceof TypeError)) throw cause;
  throw new Error('the connection failed', { cause: cause.cause });
}

async function within<T>(ms: number, what: string, operation: Promise<T>, stopped: AbortController): Promise<T> {
  if (ms === 0) return operation;
  const timer = setTimeout(() => stopped.abort(new Error(`no ${what} within ${ms} ms`)), ms);
  try {
    return await operation;
  } finally {
    clearTimeout(timer);
  }
}
