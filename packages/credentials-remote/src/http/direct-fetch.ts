import { type SendHttp, sendWithFetch } from './http-call.ts';

/** Calls this machine or the metadata service. Outside Node the platform decides about proxies, which spare loopback. */
export const sendDirect: SendHttp = sendWithFetch(() => fetch);
