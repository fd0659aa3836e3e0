import { EC } from '../http/ec.ts';
import { Refusal, accessDenied } from '../http/refusal.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { OssResponse } from '../http/oss-response.ts';
import { matchesWildcard } from './conditions.ts';

/** A rule for other origins. */
export interface CorsRule {
  /** `*` or `https://*.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Such as `GET` and `HEAD`. */
  readonly allowedMethods: readonly string[];
  /** @default none */
  readonly allowedHeaders?: readonly string[];
  /** Response headers that the page's script may read. @default none */
  readonly exposeHeaders?: readonly string[];
  /** How long a browser may keep the result of a preflight, in seconds. @default the browser's own limit */
  readonly maxAgeSeconds?: number;
}

/** A bucket's rules for other origins. */
export interface CorsSettings {
  readonly cors: readonly CorsRule[];
  /** Whether every response says `Vary: Origin`. @default only responses to other origins */
  readonly corsVary?: boolean;
}

/** Pages that may show a bucket's objects, by the `Referer` of requests without an Authorization header. */
export interface RefererRules {
  /** Whether requests without a `Referer` are let through. */
  readonly allowEmpty: boolean;
  /** Patterns for the beginning of a permitted referer: `http://www.example.com`, `*.example.com`. Empty: all may. */
  readonly allowed: readonly string[];
  /** Patterns for the beginning of a refused referer. @default none */
  readonly denied?: readonly string[];
  /** Whether the comparison ignores the referer's query. @default true */
  readonly truncateQuery?: boolean;
  /** Whether the comparison ignores the referer's path. @default false */
  readonly truncatePath?: boolean;
}

/**
 * Responds to a preflight, which is never signed.
 *
 * @throws Refusal 400 BadRequest for a request that is not a preflight, 403 AccessForbidden when no rule allows it
 */
export function preflight(request: RawRequest, settings: CorsSettings | undefined): OssResponse {
  const { headers } = request;
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === undefined) throw insufficient('Origin request header needed');
  if (method === undefined) throw insufficient('Request Access-Control-Request-Method header needed');
  const wanted = (headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase());
  const names = wanted.filter((name) => name !== '');
  const rule = findRule(settings, origin, method, names);
  if (rule === undefined) throw forbidden();
  return {
    status: 200,
    headers: {
      ...allowing(rule, origin),
      ...(names.length === 0 ? {} : { 'Access-Control-Allow-Headers': names.join(', ') }),
    },
  };
}

/** Headers that let a page on another origin read the response; empty when no rule allows it. */
export function corsHeaders(request: RawRequest, settings: CorsSettings | undefined): Record<string, string> {
  const origin = request.headers.get('origin');
  const none = settings?.corsVary === true ? { Vary: 'Origin' } : {};
  if (origin === undefined) return none;
  const rule = findRule(settings, origin, request.method, []);
  if (rule === undefined) return none;
  return allowing(rule, origin);
}

// The first rule that fits counts.
function findRule(
  settings: CorsSettings | undefined,
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return settings?.cors.find(
    (rule) =>
      rule.allowedOrigins.some((pattern) => matchesWildcard(pattern, origin)) &&
      rule.allowedMethods.includes(method) &&
      headers.every((name) => (rule.allowedHeaders ?? []).some((item) => matchesWildcard(item.toLowerCase(), name))),
  );
}

function allowing(rule: CorsRule, origin: string): Record<string, string> {
  const { allowedOrigins, allowedMethods, exposeHeaders = [], maxAgeSeconds } = rule;
  return {
    'Access-Control-Allow-Origin': allowedOrigins.includes('*') ? '*' : origin,
    'Access-Control-Allow-Methods': allowedMethods.join(', '),
    ...(exposeHeaders.length === 0 ? {} : { 'Access-Control-Expose-Headers': exposeHeaders.join(', ') }),
    ...(maxAgeSeconds === undefined ? {} : { 'Access-Control-Max-Age': String(maxAgeSeconds) }),
    Vary: 'Origin',
  };
}

function insufficient(what: string): Refusal {
  return new Refusal({ status: 400, code: 'BadRequest', message: `Insufficient information. ${what}.` });
}

function forbidden(): Refusal {
  return new Refusal({
    status: 403,
    code: 'AccessForbidden',
    message:
      'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource CORS spec.',
  });
}

/**
 * Checks that a page may show an object, as OSS's hotlink protection does: a pattern matches the beginning of a referer, with
 * wildcards. Without any allowed pattern only the denied ones count.
 *
 * @param referer `''` when the request has no Referer
 * @throws Refusal 403 AccessDenied
 */
export function assertReferer(referer: string, rules: RefererRules, bucket: string): void {
  const compared = truncated(referer, rules);
  const isOneOf = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesWildcard(`${pattern}*`, compared));
  if (referer === '') {
    if (!rules.allowEmpty && rules.allowed.length > 0) throw denied(EC.refererMissing, bucket);
    return;
  }
  if (isOneOf(rules.denied ?? [])) throw denied(EC.refererDenied, bucket);
  if (rules.allowed.length > 0 && !isOneOf(rules.allowed)) throw denied(EC.refererNotListed, bucket);
}

function truncated(referer: string, { truncateQuery = true, truncatePath = false }: RefererRules): string {
  if (truncatePath) return referer.replace(/^([a-z][a-z0-9+.-]*:\/\/)?([^/?#]*).*$/is, '$1$2');
  return truncateQuery ? referer.replace(/[?#].*$/s, '') : referer;
}

function denied(ec: string, bucket: string): Refusal {
  return accessDenied('You are denied by bucket referer policy.', ec, { BucketName: bucket });
}
