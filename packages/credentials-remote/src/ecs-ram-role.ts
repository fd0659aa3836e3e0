import {
  CredentialError,
  type Clock,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import { anyAnswer, refusal, type IssuerCall, senderFor } from './http/call-issuer.ts';
import type { HttpAnswer } from './http/http-call.ts';
import { field, malformed, parseBody, readKey } from './key-answer.ts';

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

/** Options of `ecsRamRole`. */
export interface EcsRamRoleOptions {
  /** @default asked of the metadata service */
  readonly roleName?: string;
  /**
   * `fallback`: without a token when the service does not know tokens (404 or 405). Version 1 can be misused by whoever can make
   * this machine send a GET.
   *
   * @default 'never'
   */
  readonly imdsV1?: 'never' | 'fallback';
  /** Limit of one call, in milliseconds. @default 1000 */
  readonly timeoutMs?: number;
  /** @default 'http://100.100.100.200' */
  readonly endpoint?: string;
  /** @default on Node a client that no proxy is asked for */
  readonly fetch?: typeof fetch;
}

const ROLES = '/latest/meta-data/ram/security-credentials/';

/**
 * A source that asks the metadata service of an ECS instance for its role's credentials, by version 2 of its protocol: a
 * session token first, kept for four fifths of its six hours. Never by a proxy, and redirects are not followed.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when the instance has no role, `UNAVAILABLE` when nobody answers,
 * as on a machine that is no ECS instance.
 *
 * @throws TypeError for a role name that would change the path
 */
export function ecsRamRole(options: EcsRamRoleOptions = {}): CredentialSource {
  const name = 'ecs-ram-role';
  const { roleName, timeoutMs = 1_000 } = options;
  const origin = metadataOrigin(options.endpoint ?? 'http://100.100.100.200');
  if (roleName !== undefined && !isRoleName(roleName))
    throw new TypeError('roleName must be 1 to 64 of A-Z a-z 0-9 . _ -');
  const send = senderFor({ loopback: true }, options.fetch);
  const token = metadataToken(options.imdsV1 ?? 'never');

  return {
    name,
    async fetch({ signal, clock }: FetchContext): Promise<FetchedCredentials> {
      const call = (path: string): IssuerCall => ({
        name,
        send,
        signal,
        timeoutMs,
        url: origin + path,
        method: 'GET',
        headers: {},
      });
      const get = async (path: string): Promise<HttpAnswer> => {
        const read = async (): Promise<HttpAnswer> =>
          anyAnswer({ ...call(path), headers: await token.headers(call, clock) });
        const answer = await read();
        if (answer.status !== 401) return answer;
        // The service forgets its tokens when it is started anew.
        token.forget();
        return read();
      };

      const role = roleName ?? (await discover(name, get, call));
      const path = ROLES + role;
      const answer = await get(path);
      if (answer.status === 404) throw noRole(`${name}: the instance has no role of that name`);
      if (answer.status !== 200) throw refusal(call(path), answer.status);
      const body = parseBody(answer.body, name);
      const code = field(body, 'Code');
      if (code !== undefined && code !== 'Success') throw malformed(name, 'has a Code other than "Success"');
      return readKey(body, {
        name,
        accept: 'temporary',
        ...(answer.date === undefined ? {} : { date: answer.date }),
      });
    },
  };
}

async function discover(
  name: string,
  get: (path: string) => Promise<HttpAnswer>,
  call: (path: string) => IssuerCall,
): Promise<string> {
  const { status, body } = await get(ROLES);
  const role = body.trim();
  if (status === 404 || (status === 200 && role === '')) throw noRole(`${name}: the instance has no RAM role`);
  if (status !== 200) throw refusal(call(ROLES), status);
  if (!isRoleName(role)) throw malformed(name, 'is no role name');
  return role;
}

// Of the characters that a role name may have, none can leave the path; two dots could.
function isRoleName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) && !/^\.{1,2}$/.test(text);
}

function metadataOrigin(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new TypeError('the metadata endpoint must be like "http://100.100.100.200"');
  }
  return url.origin;
}

function noRole(message: string): CredentialError {
  return new CredentialError(message, { code: 'NOT_CONFIGURED', retryable: false });
}
