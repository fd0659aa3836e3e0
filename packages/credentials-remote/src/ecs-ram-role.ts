import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { CredentialError } from '@ossgrant/signer-core';
import { anyAnswer, refusal, type IssuerCall } from './http/call-issuer.ts';
import type { HttpAnswer } from './http/http-call.ts';
import { senderFor } from './http/sender-for.ts';
import { field, malformed, parseBody, readKey } from './key-answer.ts';
import { metadataToken } from './metadata-token.ts';

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
