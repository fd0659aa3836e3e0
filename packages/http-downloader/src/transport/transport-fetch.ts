import type { Transport, TransportResponse } from './transport.ts';

/** The platform's `fetch`: browsers and other runtimes. */
export const transport: Transport = {
  decodesContent: true,
  async send(request, { signal, headersMs, bodyMs }): Promise<TransportResponse> {
    const stopped = new AbortController();
    const limit = <T>(ms: number, operation: Promise<T>): Promise<T> => within(ms, operation, stopped);
    const response = await limit(
      headersMs,
      fetch(request.origin + request.path, {
        method: request.method,
        headers: request.headers,
        redirect: 'error',
        // A page's cookies are no business of the bucket's, nor is its address.
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.any([signal, stopped.signal]),
      }),
    );
    const reader = response.body?.getReader();
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      async read(): Promise<Uint8Array | undefined> {
        if (reader === undefined) return undefined;
        return (await limit(bodyMs, reader.read())).value;
      },
      discard: () => void reader?.cancel().catch(() => {}),
    };
  },
};

async function within<T>(ms: number, operation: Promise<T>, stopped: AbortController): Promise<T> {
  if (ms === 0) return operation;
  const timer = setTimeout(() => stopped.abort(new Error(`nothing came within ${ms} ms`)), ms);
  try {
    return await operation;
  } finally {
    clearTimeout(timer);
  }
}
