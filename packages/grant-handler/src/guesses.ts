import type { Context } from './context.ts';
import { NOTHING_HERE, problemResponse } from './problem.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST']);

/**
 * Makes what refuses share tokens that were never given, before anything is made for a visit: whoever guesses in great
 * number shall cost little. The routes check again what it lets through.
 */
export function createGuessRefuser(context: Context): (request: Request) => Response | undefined {
  const { tokens, clock, basePath } = context;
  const { onRequest, origins = [] } = context.options;
  const prefix = `${basePath}/d/`;
  const route = `${prefix}:token`;
  const { status, code } = NOTHING_HERE;

  return (request) => {
    const { url, method } = request;
    const start = url.indexOf('/', 'https://'.length);
    if (!url.startsWith(prefix, start) || !METHODS.has(method)) return undefined;
    const [token = ''] = /^[^/?#]*/.exec(url.slice(start + prefix.length)) ?? [];
    // The routes decode what is encoded, and answer pages of other origins with the headers that those need.
    if (token.includes('%') || (origins.length > 0 && request.headers.has('origin'))) return undefined;
    if (tokens.open('share', token) !== undefined) return undefined;
    const startedAt = clock.monotonic();
    const requestId = crypto.randomUUID();
    const response = problemResponse(NOTHING_HERE, requestId);
    onRequest?.({ requestId, method, route, status, durationMs: clock.monotonic() - startedAt, code });
    return method === 'HEAD' ? new Response(null, response) : response;
  };
}
