import http from 'node:http';
import https from 'node:https';
import { BodyTooLarge, MAX_BODY_BYTES, type HttpAnswer, type SendHttp } from './http-call.ts';

/**
 * Calls this machine or the metadata service, never by a proxy: the global fetch obeys NODE_USE_ENV_PROXY and
 * setGlobalDispatcher, and a proxy would get to see, or to make up, the credentials.
 */
export const sendDirect: SendHttp = ({ url, method, headers, signal }) =>
  new Promise<HttpAnswer>((resolve, reject) => {
    const { request, Agent } = url.startsWith('https:') ? https : http;
    // An agent of its own, without the environment's proxies and without sockets that stay.
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
        resolve({ status, body: Buffer.concat(chunks).toString(), ...(date === undefined ? {} : { date }) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
