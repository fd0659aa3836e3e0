import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';

/** How long a request waits. */
export interface WaitLimits {
  /** For a connection, in milliseconds. */
  readonly connectMs: number;
  /** For the next bytes of the response, in milliseconds. */
  readonly silenceMs: number;
}

/**
 * `fetch` for what a verb asks of STS, OSS or a grant server: a URL, a method, plain headers, a text as body. It follows no redirect, as
 * with `redirect: 'manual'`. Node loads and compiles its own at the first call, which takes longer than all the rest of the verb.
 *
 * When the network fails before there is a response it throws a TypeError with the cause, as `fetch` does. Later the body fails with the
 * error of the socket itself, where `fetch` has a TypeError. When the signal is aborted both throw its reason.
 */
export function createPlainFetch({ connectMs, silenceMs }: WaitLimits): typeof fetch {
  const plain = async (
    url: string,
    { method = 'GET', headers, body, signal, redirect }: PlainInit = {},
  ): Promise<PlainResponse> => {
    signal?.throwIfAborted();
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(url, { method, headers: { 'user-agent': 'ossgrant', ...headers } });
      let received: IncomingMessage | undefined;
      const stop = (): void => {
        const reason = signal?.reason as Error;
        received?.destroy(reason);
        outgoing.destroy(reason);
        reject(reason);
      };
      signal?.addEventListener('abort', stop, { once: true });
      outgoing.setTimeout(connectMs, () => {
        const silence = new Error(`${new URL(url).host} is silent`);
        received?.destroy(silence);
        outgoing.destroy(silence);
      });
      // All is sent, so there is a connection.
      outgoing.on('finish', () => outgoing.setTimeout(silenceMs));
      outgoing.on('close', () => signal?.removeEventListener('abort', stop));
      outgoing.on('error', (cause) => reject(new TypeError('fetch failed', { cause })));
      outgoing.on('response', (response) => {
        received = response;
        resolve(response);
      });
      outgoing.end(body);
    });
    const status = incoming.statusCode ?? 0;
    if (redirect === 'error' && status >= 300 && status < 400 && incoming.headers.location !== undefined) {
      incoming.destroy();
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
    }
    return {
      status,
      ok: status >= 200 && status < 300,
      headers: {
        get(name) {
          const value = incoming.headers[name.toLowerCase()];
          return value === undefined ? null : String(value);
        },
      },
      body: Readable.toWeb(incoming),
    };
  };
  return plain as unknown as typeof fetch;
}

/** With the limits of Node's own `fetch` for connections, and a minute for what comes then. */
export const plainFetch = createPlainFetch({ connectMs: 10_000, silenceMs: 60_000 });

interface PlainInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly redirect?: 'manual' | 'error';
}

/** What is read of a response. */
interface PlainResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
}
