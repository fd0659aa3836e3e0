import type { LookupAddress } from 'node:dns';
import { lookup as resolveName } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isLoopback } from '@ossgrant/credentials-core/internal';
import { networkList } from '../access/addresses.ts';
import { isPublicAddress } from './public-addresses.ts';

const TIMEOUT_MS = 10_000;
/** A longer response is not read to its end. */
const MOST_BYTES = 65_536;

/** Finds the addresses of a host name. */
export type ResolveHost = (name: string) => Promise<readonly LookupAddress[]>;

/** Where webhooks go. */
export interface WebhookTarget {
  /** Address of the receiver: https, or http on this machine where `networks` allows it. */
  readonly url: string;
  /** Private networks or addresses where the receiver may be, such as `10.1.0.0/16`. @default the Internet only */
  readonly networks?: readonly string[] | undefined;
  /** Time for an attempt, in milliseconds. @default 10,000 */
  readonly timeoutMs?: number | undefined;
  /** @default the system's */
  readonly resolve?: ResolveHost | undefined;
}

/** Sends to one receiver. */
export interface WebhookSender {
  /** Makes one attempt. It follows no redirect. @returns why it failed, or undefined when the receiver has it */
  send(headers: Readonly<Record<string, string>>, body: string): Promise<WebhookFailure | undefined>;
  /** Closes kept connections. */
  close(): void;
}

/** A failed attempt. */
export interface WebhookFailure {
  /** It holds no address of the receiver, which may contain a secret. */
  readonly reason: string;
  /** Whether the receiver said that it wants no more of it: status 410. */
  readonly final: boolean;
}

/** An address where webhooks must not go. */
class AddressRefusedError extends Error {
  constructor(address: string) {
    super(`the receiver's name leads to ${address}, which is not public: allow its network, or correct the name`);
  }
}

/**
 * Makes a sender. Every address is judged when a connection is made, so that a name cannot lead elsewhere later.
 *
 * @throws TypeError or RangeError for a target that cannot be used; it does not repeat the address
 */
export function createWebhookSender(target: WebhookTarget): WebhookSender {
  const { networks = [], timeoutMs = TIMEOUT_MS, resolve = (name) => resolveName(name, { all: true }) } = target;
  const isAllowed = readNetworks(networks);
  const url = readUrl(target.url, isAllowed);
  const isSecure = url.protocol === 'https:';
  const isOwn = networkList(['127.0.0.0/8', '::1']);
  const mayReach = (address: string): boolean =>
    isSecure ? isPublicAddress(address) || isAllowed(address) : isOwn(address) && isAllowed(address);
  const host = url.hostname.replaceAll(/^\[|\]$/g, '');
  // Node asks for the address of a name only.
  if (isIP(host) !== 0 && !mayReach(host))
    throw new RangeError('url must lead to a public address: a private one must be in networks');

  const resolveSafely = callbackify(async (name: string): Promise<readonly [LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await resolve(name);
    if (first === undefined) throw new Error("the receiver's name has no address");
    const refused = [first, ...others].find(({ address }) => !mayReach(address));
    if (refused !== undefined) throw new AddressRefusedError(refused.address);
    return [first, ...others];
  });
  const lookup: LookupFunction = (name, { all }, callback) => {
    resolveSafely(name, (error, addresses) => {
      if (error !== null) callback(error, '');
      else if (all === true) callback(null, [...addresses]);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };
  const { Agent, request } = isSecure ? https : http;
  // Idle connections are closed before most receivers close them: a request into one that ends would fail.
  const agent = new Agent({ keepAlive: true, timeout: 4_000 });

  function post(headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    return new Promise((answered, reject) => {
      const sent = request(url, { method: 'POST', agent, lookup, signal, headers: { ...headers } });
      sent.on('error', reject).once('response', (response) => {
        answered(response.statusCode ?? 0);
        // The rest is read, and not kept, so that the connection can be used again; the signal ends it, too.
        let bytes = 0;
        response
          .on('error', () => {})
          .on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes > MOST_BYTES) response.destroy();
          });
      });
      sent.end(body);
    });
  }

  return {
    async send(headers, body) {
      const signal = AbortSignal.timeout(timeoutMs);
      const all = { ...headers, 'content-type': 'application/json', 'user-agent': 'ossgrant-webhooks' };
      try {
        const status = await post({ ...all, 'content-length': String(Buffer.byteLength(body)) }, body, signal);
        if (status >= 200 && status < 300) return undefined;
        const redirects = status >= 300 && status < 400 ? ': redirects are not followed' : '';
        return { reason: `status ${status}${redirects}`, final: status === 410 };
      } catch (error) {
        return { reason: signal.aborted ? `no response in ${timeoutMs} ms` : reasonOf(error), final: false };
      }
    },
    close: () => agent.destroy(),
  };
}

function readNetworks(networks: readonly string[]): (address: string) => boolean {
  try {
    return networkList(networks);
  } catch (error) {
    throw new RangeError(`networks: ${(error as Error).message}`);
  }
}

function readUrl(text: string, isAllowed: (address: string) => boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TypeError('url must be an address such as "https://example.com/hooks", without a password');
  }
  const isOwn = isLoopback(url.hostname) && (isAllowed('127.0.0.1') || isAllowed('::1'));
  if (url.protocol === 'http:' && !isOwn) {
    throw new RangeError('url must start with https:// unless it is on this machine and networks allows 127.0.0.1');
  }
  return url;
}

/** Codes of Node, as its messages name the host. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefusedError) return error.message;
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}
