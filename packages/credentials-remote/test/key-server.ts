import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cached, type CredentialSource, type Credentials, type Clock } from '@ossgrant/credentials-core';

/** What a test's server answers. */
export interface Reply {
  readonly status?: number;
  readonly body?: string | object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on this machine that answers as a test says. */
export interface KeyServer {
  readonly url: string;
  /** `METHOD path`, in order. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  close(): Promise<void>;
}

/** Starts it. An answer of `undefined` never comes. */
export async function startKeyServer(answer: (request: IncomingMessage) => Reply | undefined): Promise<KeyServer> {
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    const reply = answer(request);
    if (reply === undefined) return;
    response.writeHead(reply.status ?? 200, reply.headers);
    response.end(typeof reply.body === 'object' ? JSON.stringify(reply.body) : (reply.body ?? ''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const KEY = {
  AccessKeyId: 'STS.id',
  AccessKeySecret: 'secret-value',
  SecurityToken: 'token-value',
  Expiration: '2999-01-01T00:00:00Z',
};

/** One fetch, straight from the source. */
export function fetchFrom(source: CredentialSource, clock: Clock = { now: Date.now, monotonic: () => 0 }) {
  return source.fetch({ signal: new AbortController().signal, clock });
}

/** One fetch through a cache, as callers would. */
export async function obtain(source: CredentialSource): Promise<Credentials> {
  const provider = cached(source);
  try {
    return await provider.getCredentials();
  } finally {
    await provider.close();
  }
}

/** All that a program could print of an error. */
export function printed(error: unknown): string {
  const seen: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    seen.push(String(current), JSON.stringify(current, Object.getOwnPropertyNames(current)));
  }
  return seen.join('\n');
}
