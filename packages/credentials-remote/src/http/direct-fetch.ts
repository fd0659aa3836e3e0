import { type SendHttp, sendWithFetch } from './http-call.ts';

/** Calls this machine or the metadata service. Outside Node the platform decides on proxies, and it bypasses them for loopback. */
export const sendDirect: SendHttp = sendWithFetch(() => fetch);
