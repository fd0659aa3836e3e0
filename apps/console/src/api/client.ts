import { ApiProblem } from './problem.ts';
import type {
  Credentials,
  EventPage,
  GrantHandle,
  Me,
  NewGrant,
  NewShare,
  NewUrls,
  ObjectPage,
  Refusal,
  Share,
  ShareEvent,
  SignedUrl,
  UsePage,
} from './types.ts';

/** What is asked of the server; a body that is not a text is sent as JSON. */
interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

// The page is served below the API's own root.
export const serverRoot = new URL('..', location.href);

let onSignedOut: () => void = () => {};

/** Calls back when the server no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function ask<T>(path: string, what: Ask = {}): Promise<T> {
  const response = await send(path, what);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(path: string, { method = 'GET', query = {}, body, headers = {}, signal }: Ask): Promise<Response> {
  const url = new URL(path, serverRoot);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
  }
  const response = await fetch(url, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem('offline', 'the server cannot be reached');
  });
  if (response.ok) return response;
  const refusal = (await response.json().catch(() => ({}))) as Partial<Refusal>;
  // Who asks for `me` or a session learns it from the refusal itself.
  if (response.status === 401 && path !== 'v1/me' && path !== 'v1/session') onSignedOut();
  throw new ApiProblem(refusal.code ?? 'internal', refusal.detail ?? `status ${response.status}`, refusal);
}

/** A share for each line of many, or why there is none. */
type ShareResult = { readonly ok: true; readonly share: Share } | { readonly ok: false; readonly problem: ApiProblem };

async function shareEach(bodies: readonly NewShare[]): Promise<readonly ShareResult[]> {
  const body = bodies.map((one) => `${JSON.stringify(one)}\n`).join('');
  const response = await send('v1/shares:batch', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const result = JSON.parse(line) as
      | { readonly ok: true; readonly share: Share }
      | { readonly ok: false; readonly problem: Pick<Refusal, 'code' | 'reason' | 'detail'> };
    if (result.ok) return result;
    const { problem } = result;
    return { ok: false, problem: new ApiProblem(problem.code, problem.detail, problem) };
  });
}

/** All but uses. The server begins with the oldest: what was done last is on the last page. */
async function readEvents(id: string, signal?: AbortSignal): Promise<readonly ShareEvent[]> {
  const all: ShareEvent[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 1000, cursor, uses: 'false' };
    const page = await ask<EventPage>(`v1/shares/${id}/events`, { query, signal });
    all.push(...page.events);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

/** The server's API, as far as the console uses it. */
export const api = {
  /** By an API key, or by the code of a one-time address. */
  signIn: (body: { readonly key: string } | { readonly code: string }) =>
    ask<undefined>('v1/session', { method: 'POST', body }),
  signOut: () => ask<undefined>('v1/session', { method: 'DELETE' }),
  me: (signal?: AbortSignal) => ask<Me>('v1/me', { signal }),
  objects: (
    query: { bucket: string; prefix: string; delimiter?: '/'; cursor?: string | undefined; limit: number },
    signal?: AbortSignal,
  ) => ask<ObjectPage>('v1/objects', { query, signal }),
  urls: async (body: NewUrls, signal?: AbortSignal) =>
    (await ask<{ urls: readonly SignedUrl[] }>('v1/urls', { method: 'POST', body, signal })).urls,
  share: (body: NewShare, idempotencyKey: string) =>
    ask<Share>('v1/shares', { method: 'POST', body, headers: { 'idempotency-key': idempotencyKey } }),
  /** A share for each, in order; what cannot be shared keeps nothing else from it. */
  shareEach,
  shareById: (id: string, signal?: AbortSignal) => ask<Share>(`v1/shares/${id}`, { signal }),
  shares: (query: Readonly<Record<string, string | undefined>>, signal?: AbortSignal) =>
    ask<{ shares: readonly Share[]; next?: string }>('v1/shares', { query, signal }),
  change: ({ id, revision }: Share, body: { expiresAt?: string; label?: string | null; maxUses?: number | null }) =>
    ask<Share>(`v1/shares/${id}`, { method: 'PATCH', body, headers: { 'if-match': `"${revision}"` } }),
  act: (id: string, action: 'pause' | 'resume' | 'revoke' | 'copy') =>
    ask<Share>(`v1/shares/${id}/${action}`, { method: 'POST' }),
  /** The newest. */
  uses: (id: string, signal?: AbortSignal) => ask<UsePage>(`v1/shares/${id}/uses`, { query: { limit: 1000 }, signal }),
  /** But for uses. */
  events: readEvents,
  grant: (body: NewGrant) => ask<Credentials>('v1/grants', { method: 'POST', body }),
  handle: (body: NewGrant & { expiresIn: number; label?: string }) =>
    ask<GrantHandle>('v1/grant-handles', { method: 'POST', body }),
  handles: async (signal?: AbortSignal) =>
    (await ask<{ handles: readonly GrantHandle[] }>('v1/grant-handles', { signal })).handles,
  revokeHandle: (id: string) => ask<GrantHandle>(`v1/grant-handles/${id}/revoke`, { method: 'POST' }),
} as const;
