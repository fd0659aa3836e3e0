import { getGlobalDispatcher } from 'undici';
import type { Transport, TransportResponse } from './transport.ts';

/** undici's dispatcher: takes the path as it is, where every URL parser would normalise it. */
export const transport: Transport = {
  decodesContent: false,
  async send(request, signal): Promise<TransportResponse> {
    const { statusCode, headers, body } = await getGlobalDispatcher().request({
      origin: request.origin,
      path: request.path,
      method: request.method,
      headers: { 'accept-encoding': 'identity', ...request.headers },
      signal,
    });
    return {
      status: statusCode,
      header(name): string | undefined {
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body: body as AsyncIterable<Uint8Array>,
      async discard(): Promise<void> {
        body.on('error', () => {}).destroy();
      },
    };
  },
};
