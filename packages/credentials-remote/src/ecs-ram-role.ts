import { CredentialError, type Clock, type CredentialSource, type FetchContext } from '@ossgrant/credentials-core';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { anyResponse, refusal, senderFor, type KeyServerCall } from './http/call-key-server.ts';
import type { HttpResponse } from './http/http-call.ts';
import { assertSuccess, malformed, parseJson, readKey } from './key-response.ts';

/** Options of `ecsRamRole`. */
export interface EcsRamRoleOptions {
  /** @default the role that the metadata service names */
  readonly roleName?: string;
  /**
   * `fallback` does without a token when the service does not know tokens (404 or 405). Anybody who can make this machine send
   * a GET can misuse version 1.
   *
   * @default 'never'
   */
  readonly imdsV1?: 'never' | 'fallback';
  /** Limit of one call, in milliseconds. @default 1000 */
  readonly timeoutMs?: number;
  /** @default 'http://100.100.100.200' */
  readonly endpoint?: string;
  /** @default on Node a client that bypasses proxies */
  readonly fetch?: typeof fetch;
}

const check = optionsCheck<EcsRamRoleOptions>(
  'ecsRamRole',
  {
    roleName: optional(takes.text),
    imdsV1: optional(takes.oneOf('never', 'fallback')),
    timeoutMs: optional(takes.milliseconds),
    endpoint: optional(takes.filledText),
    fetch: optional(takes.function),
  },
  { role: 'roleName', timeout: 'timeoutMs' },
);

const NAME = 'ecs-ram-role';
const SUBJECT = `${NAME}: the response`;
const ROLES = '/latest/meta-data/ram/security-credentials/';

type Call = (path: string) => KeyServerCall;

/**
 * A source that asks the metadata service of an ECS instance for its role's credentials, with version 2 of its protocol: a
 * session token first, kept for four fifths of its six hours. It bypasses proxies and follows no redirects.
 *
 * The fetch throws a `CredentialError`: `NOT_CONFIGURED` when the instance has no role, `INVALID_CONFIG` when it does not have the
 * role that was named, `UNAVAILABLE` when nothing responds, as on a machine outside ECS.
 *
 * @throws TypeError for options that cannot be right, such as a role name that would change the path
 */
export function ecsRamRole(options: EcsRamRoleOptions = {}): CredentialSource {
  check(options);
  const { roleName, imdsV1 = 'never', timeoutMs = 1_000, endpoint = 'http://100.100.100.200' } = options;
  const origin = metadataOrigin(endpoint);
  if (roleName !== undefined && !isRoleName(roleName)) {
    throw new TypeError('roleName must be 1 to 64 of A-Z a-z 0-9 . _ -');
  }
  const send = senderFor({ loopback: true }, options.fetch);
  const token = metadataToken(imdsV1);

  return {
    name: NAME,
    async fetch({ signal, clock }: FetchContext) {
      const call: Call = (path) => ({
        name: NAME,
        send,
        signal,
        timeoutMs,
        url: origin + path,
        method: 'GET',
        headers: {},
      });
      const get = async (path: string): Promise<HttpResponse> => {
        const read = async (): Promise<HttpResponse> =>
          anyResponse({ ...call(path), headers: await token.headers(call, clock) });
        const response = await read();
        if (response.status !== 401) return response;
        // A service that has restarted no longer knows its tokens.
        token.forget();
        return read();
      };

      const path = ROLES + (roleName ?? (await discover(get, call)));
      const { status, body: json, date } = await get(path);
      // A role that was asked for by name is not to be replaced by the key of another source.
      if (status === 404 && roleName !== undefined)
        throw malformed(`${NAME}:`, `the instance has no role "${roleName}"`);
      if (status === 404) throw noRole('the instance no longer has the role that it named');
      if (status !== 200) throw refusal(call(path), status);
      const body = parseJson(json, SUBJECT);
      assertSuccess(body, SUBJECT);
      return readKey(body, { subject: SUBJECT, accept: 'temporary', ...defined({ date }) });
    },
  };
}

async function discover(get: (path: string) => Promise<HttpResponse>, call: Call): Promise<string> {
  const { status, body } = await get(ROLES);
  const role = body.trim();
  if (status === 404 || (status === 200 && role === '')) throw noRole('the instance has no RAM role');
  if (status !== 200) throw refusal(call(ROLES), status);
  if (!isRoleName(role)) throw malformed(SUBJECT, 'is not a role name');
  return role;
}

// None of the characters of a role name can leave the path; two dots could.
function isRoleName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) && !/^\.{1,2}$/.test(text);
}

function metadataOrigin(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new TypeError('the metadata endpoint must look like "http://100.100.100.200"');
  }
  return url.origin;
}

function noRole(reason: string): CredentialError {
  return new CredentialError(`${NAME}: ${reason}`, { code: 'NOT_CONFIGURED', retryable: false });
}

/** The session token of the metadata service. */
interface MetadataToken {
  /** The header for a request. Fetches a token when none is kept or the kept one is old. */
  headers(call: Call, clock: Clock): Promise<Readonly<Record<string, string>>>;
  forget(): void;
}

const TTL_SECONDS = 21_600;
// Renewed well before its end, which the service counts by its own clock.
const KEPT_MS = TTL_SECONDS * 1000 * 0.8;

function metadataToken(imdsV1: 'never' | 'fallback'): MetadataToken {
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
async function fetchToken(call: KeyServerCall, imdsV1: 'never' | 'fallback'): Promise<string | undefined> {
  const headers = { 'X-aliyun-ecs-metadata-token-ttl-seconds': String(TTL_SECONDS) };
  const put: KeyServerCall = { ...call, method: 'PUT', headers };
  const { status, body } = await anyResponse(put);
  if (status === 404 || status === 405) {
    if (imdsV1 === 'fallback') return undefined;
    throw malformed(`${NAME}:`, "the metadata service issues no session tokens; imdsV1: 'fallback' does without them");
  }
  if (status !== 200) throw refusal(put, status);
  const token = body.trim();
  // It goes into a header.
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw malformed(`${NAME}:`, 'the session token is malformed');
  return token;
}
