import { sendDirect } from '#direct';
import type { SendHttp } from './http-call.ts';
import type { IssuerUrl } from './issuer-url.ts';
import { sendWithFetch } from './send-with-fetch.ts';

/** The client for a URL: the one that was given; this machine without a proxy; else the platform's fetch of that moment. */
export function senderFor(url: Pick<IssuerUrl, 'loopback'>, given: typeof fetch | undefined): SendHttp {
  if (given !== undefined) return sendWithFetch(() => given);
  return url.loopback ? sendDirect : sendWithFetch(() => fetch);
}
