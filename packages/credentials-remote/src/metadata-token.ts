import { CredentialError, type Clock } from '@ossgrant/signer-core';
import { anyAnswer, refusal, type IssuerCall } from './http/call-issuer.ts';

/** The session token of the metadata service, kept. */
export interface MetadataToken {
  /** The header for a request; fetches a token when there is none or it has grown old. */
  headers(call: (path: string) => IssuerCall, clock: Clock): Promise<Readonly<Record<string, string>>>;
  forget(): void;
}

const TTL_SECONDS = 21_600;
// Renewed well before its end: the end is counted by another clock.
const KEPT_MS = TTL_SECONDS * 1000 * 0.8;

/** Keeps the token for one source. */
export function metadataToken(imdsV1: 'never' | 'fallback'): MetadataToken {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return {
    async headers(call, clock) {
      if (kept === undefined || clock.monotonic() >= kept.until) {
        const startedAt = clock.monotonic();
        const token = await fetchToken(call('/latest/api/token'), imdsV1);
        if (token === undefined) return {};
        kept = { token, until: startedAt + KEPT_MS };
      }
      return { 'X-aliyun-ecs-metadata-token': kept.token };
    },
    forget() {
      kept = undefined;
    },
  };
}

/** @returns `undefined` when the service does not know tokens, and that is allowed */
async function fetchToken(call: IssuerCall, imdsV1: 'never' | 'fallback'): Promise<string | undefined> {
  const headers = { 'X-aliyun-ecs-metadata-token-ttl-seconds': String(TTL_SECONDS) };
  const put: IssuerCall = { ...call, method: 'PUT', headers };
  const { status, body } = await anyAnswer(put);
  if (status === 404 || status === 405) {
    if (imdsV1 === 'fallback') return undefined;
    throw invalid(`${call.name}: the metadata service gives no session tokens; imdsV1: 'fallback' does without`);
  }
  if (status !== 200) throw refusal(put, status);
  const token = body.trim();
  // It goes into a header.
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw invalid(`${call.name}: the session token is malformed`);
  return token;
}

function invalid(message: string): CredentialError {
  return new CredentialError(message, { code: 'INVALID_CONFIG', retryable: false });
}
