import { BodyTooLarge, MAX_BODY_BYTES, type HttpAnswer, type SendHttp } from './http-call.ts';

/** Calls by a `fetch`. */
export function sendWithFetch(fetchOf: () => typeof fetch): SendHttp {
  return async ({ url, method, headers, signal }): Promise<HttpAnswer> => {
    const send = fetchOf();
    // Whoever answers may not send the caller, or what it carries, elsewhere.
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
