import http from 'node:http';
import https from 'node:https';
import { defined } from '@ossgrant/credentials-core/internal';
import { BodyTooLarge, MAX_BODY_BYTES, type HttpResponse, type SendHttp } from './http-call.ts';

/**
 * Calls this machine or the metadata service, never through a proxy: the global fetch obeys NODE_USE_ENV_PROXY and
 * setGlobalDispatcher, and a proxy could read the credentials or make them up.
 */
export const sendDirect: SendHttp = ({ url, method, headers, signal }) =>
  new Promise<HttpResponse>((resolve, reject) => {
    const { request, Agent } = url.startsWith('https:') ? https : http;
    // A fresh agent: no proxies from the environment, no sockets that stay open.
    const outgoing = request(url, { method, headers, signal, agent: new Agent({ keepAlive: false }) }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) response.destroy(new BodyTooLarge());
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const { date } = response.headers;
        const status = response.statusCode ?? 0;
        resolve({ status, body: Buffer.concat(chunks).toString(), ...defined({ date }) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

/** Node always does. To ask would load and compile its `fetch`, in some 50 ms, also where another one is given. */
export function takesCacheMode(): boolean {
  return true;
}
