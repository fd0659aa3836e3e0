import type { SendHttp } from './http-call.ts';
import { sendWithFetch } from './send-with-fetch.ts';

/** Calls this machine or the metadata service. Outside Node the platform decides about proxies, which spare loopback. */
export const sendDirect: SendHttp = sendWithFetch(() => fetch);
