import { isLoopback } from '@ossgrant/credentials-core/internal';
import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './openapi.generated.ts';

/** Where the server is, and who calls it. */
export interface GrantClientOptions {
  /** The server's `GRANT_PUBLIC_URL` or `publicUrl`. It must start with https:// unless it is a loopback address. */
  readonly url: string;
  /** API key, or token of your sign-in. @default none: what recipients may call, and, in a page of the server's origin, its session */
  readonly key?: string;
  /** Sends each request. @default the platform's `fetch` */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/**
 * A method for each HTTP method: `client.POST('/v1/shares', { body })`. Each resolves to `{ data, response }` after a success and to
 * `{ error, response }` after a refusal, where `error.code` is stable; it rejects where no response came.
 */
export type GrantClient = Client<paths>;

/**
 * Makes a client of the HTTP API. Its paths, parameters, bodies and responses are typed by the server's OpenAPI document.
 *
 * @example
 * const client = createGrantClient({ url: 'https://files.example.com', key });
 * const { data, error } = await client.POST('/v1/shares', { body: { bucket: 'my-bucket', key: 'report.pdf', maxUses: 3 } });
 *
 * @throws TypeError for an address that cannot be used
 */
export function createGrantClient({ url, key, fetch }: GrantClientOptions): GrantClient {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw new TypeError('url must start with https:// unless it is a loopback address: a key would be read on the way');
  }
  // Who asks for JSON gets a share's signed URL itself, and not a redirect that the client would follow.
  const headers = { accept: 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  return createClient<paths>({ baseUrl: url, headers, ...(fetch === undefined ? {} : { fetch }) });
}
