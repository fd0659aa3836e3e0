import { type SendHttp, sendWithFetch } from './http-call.ts';

let cacheMode: boolean | undefined;

/** Whether this runtime takes the cache mode of a request; asks once. */
export function takesCacheMode(): boolean {
  cacheMode ??= makesRequest({ cache: 'no-store' });
  return cacheMode;
}

// Cloudflare's Workers throw at the field before the compatibility date 2024-11-11:
// https://developers.cloudflare.com/workers/configuration/compatibility-flags/
function makesRequest(init: object): boolean {
  try {
    void new Request('https://example.com/', init);
    return true;
  } catch {
    return false;
  }
}

/** Calls this machine or the metadata service. Outside Node the platform decides on proxies, and it bypasses them for loopback. */
export const sendDirect: SendHttp = sendWithFetch(() => fetch, takesCacheMode);
