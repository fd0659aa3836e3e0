import { Failure } from '../failure.ts';
import { matchesWildcard } from '../access/wildcard.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import type { Bucket, CorsRule } from '../store/object-store.ts';

/**
 * Answers a preflight. It is never signed.
 *
 * @throws Failure 400 BadRequest when it is none, 403 AccessForbidden when no rule allows it
 */
export function preflight(request: RawRequest, bucket: Bucket | undefined): Reply {
  const { headers } = request;
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined) throw insufficient('Origin request header needed');
  if (method === undefined) throw insufficient('Request Access-Control-Request-Method header needed');
  const wanted = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const names = wanted.filter((name) => name !== '');
  const rule = findRule(bucket, origin, method, names);
  if (rule === undefined) throw forbidden();
  return {
    status: 200,
    headers: {
      ...allowing(rule, origin),
      'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
      ...(names.length === 0 ? {} : { 'Access-Control-Allow-Headers': names.join(', ') }),
      ...(rule.maxAgeSeconds === undefined ? {} : { 'Access-Control-Max-Age': String(rule.maxAgeSeconds) }),
    },
  };
}

/** Headers that let a page on another origin read the answer; none when no rule allows it. */
export function corsHeaders(request: RawRequest, bucket: Bucket | undefined): Record<string, string> {
  const origin = request.headers.get('origin');
  const none = bucket?.settings.corsVary === true ? { Vary: 'Origin' } : {};
  if (origin === undefined) return none;
  const rule = findRule(bucket, origin, request.method, []);
  if (rule === undefined) return none;
  const exposed = rule.exposeHeaders ?? [];
  return {
    ...allowing(rule, origin),
    'Access-Control-Allow-Methods': rule.allowedMethods.join(', '),
    ...(exposed.length === 0 ? {} : { 'Access-Control-Expose-Headers': exposed.join(', ') }),
  };
}

// The first rule that fits counts.
function findRule(
  bucket: Bucket | undefined,
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return bucket?.settings.cors.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matchesWildcard(pattern, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every((name) => (rule.allowedHeaders ?? []).some((item) => matchesWildcard(item.toLowerCase(), name))),
  );
}

function allowing(rule: CorsRule, origin: string): Record<string, string> {
  const any = rule.allowedOrigins.includes('*');
  return { 'Access-Control-Allow-Origin': any ? '*' : origin, Vary: 'Origin' };
}

function insufficient(what: string): Failure {
  return new Failure({ status: 400, code: 'BadRequest', message: `Insufficient information. ${what}.` });
}

function forbidden(): Failure {
  return new Failure({
    status: 403,
    code: 'AccessForbidden',
    message:
      'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource CORS spec.',
  });
}
