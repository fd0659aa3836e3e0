import type { Transport, TransportResponse } from './transport.ts';

/** The platform's `fetch`: browsers and other runtimes. */
export const transport: Transport = {
  decodesContent: true,
  async send(request, signal): Promise<TransportResponse> {
    const response = await fetch(request.origin + request.path, {
      method: request.method,
      headers: request.headers,
      redirect: 'error',
      // A page's cookies are no business of the bucket's, nor is its address.
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal,
    });
    const reader = response.body?.getReader();
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: chunks(reader),
      discard: async () => reader?.cancel().catch(() => {}),
    };
  },
};

// Safari's streams are not async iterable.
async function* chunks(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): AsyncGenerator<Uint8Array> {
  if (reader === undefined) return;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
