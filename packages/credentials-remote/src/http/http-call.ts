import { readLimited } from '@ossgrant/credentials-core/internal';

/** One small HTTP call. */
export interface HttpCall {
  readonly url: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Its response, with the body read. */
export interface HttpResponse {
  /** 0 for a redirect that the platform hides. */
  readonly status: number;
  readonly body: string;
  /** The `Date` header, as it came. */
  readonly date?: string;
}

/** Makes a call. Follows no redirect. Throws whatever the platform throws, or `BodyTooLarge`. */
export type SendHttp = (call: HttpCall) => Promise<HttpResponse>;

/** Longest body that is read, in bytes: credentials need about two thousand. */
export const MAX_BODY_BYTES = 65_536;

/** Thrown for a body that is longer than `MAX_BODY_BYTES`. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

// Node's types do not know the field.
const NO_STORE: object = { cache: 'no-store' };

/** Calls with a `fetch`. `takesCacheMode` says whether the runtime takes a request's cache mode. */
export function sendWithFetch(fetchOf: () => typeof fetch, takesCacheMode: () => boolean): SendHttp {
  return async ({ url, method, headers, signal }): Promise<HttpResponse> => {
    const send = fetchOf();
    // A redirect would send the caller's headers to a server that the caller did not name.
    const init = { method, headers, signal, redirect: 'manual' } as const;
    const response = await send(url, takesCacheMode() ? { ...init, ...NO_STORE } : init);
    const { bytes, truncated } = await readLimited(response.body, MAX_BODY_BYTES);
    if (truncated) throw new BodyTooLarge();
    const date = response.headers.get('date');
    return { status: response.status, body: new TextDecoder().decode(bytes), ...(date === null ? {} : { date }) };
  };
}
