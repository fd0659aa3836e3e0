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

/** Calls with a `fetch`. */
export function sendWithFetch(fetchOf: () => typeof fetch): SendHttp {
  return async ({ url, method, headers, signal }): Promise<HttpResponse> => {
    const send = fetchOf();
    // A redirect would send the caller's headers to a server that the caller did not name.
    const init = { method, headers, signal, redirect: 'manual', cache: 'no-store' } as const;
    const response = await send(url, init);
    const date = response.headers.get('date');
    return { status: response.status, body: await read(response), ...(date === null ? {} : { date }) };
  };
}

async function read(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { readonly done: boolean; readonly value?: Uint8Array };
    if (done || value === undefined) return text + decoder.decode();
    bytes += value.length;
    if (bytes > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new BodyTooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}
