import { optional, optionsCheck, type OptionTable, takes } from '@ossgrant/credentials-core/internal';
import type { Endpoint } from '../endpoint.ts';
import type { OssRequest, SignOptions, UrlSignOptions } from './request.ts';
import type { OpenCache } from './signing-cache.ts';

/** Checks what a signer was given, before it does anything. @throws TypeError that names the argument and what it takes */
export type ArgumentsCheck = (request: OssRequest, options: SignOptions) => void;

const textOrNull = takes.special('a string or null', (value) => value === null || typeof value === 'string');

const QUERY = takes.mapOf(textOrNull);

const REQUEST: OptionTable<OssRequest> = {
  method: takes.text,
  endpoint: takes.special('an endpoint as resolveEndpoint returns it', isEndpoint),
  bucket: optional(takes.text),
  key: optional(takes.text),
  query: optional(QUERY),
  headers: optional(takes.textMap),
  additionalHeaders: optional(takes.texts),
};

// The signers themselves refuse an invalid date and a life out of range, with a RangeError.
const URL_OPTIONS: OptionTable<UrlSignOptions> = {
  date: takes.special('a Date', (value) => value instanceof Date),
  cache: optional(takes.special('a cache that createSigningCache made', isCache)),
  onTrace: optional(takes.function),
  expiresInSeconds: takes.special('a number', (value) => typeof value === 'number'),
};
// Options of a URL signer are options of a header signer too, by their types: there the life is not used.
const HEADER_OPTIONS: OptionTable<SignOptions & Partial<UrlSignOptions>> = {
  ...URL_OPTIONS,
  expiresInSeconds: optional(URL_OPTIONS.expiresInSeconds),
};

// `expires` is what most SDKs call it.
const HINTS = { expires: 'expiresInSeconds', object: 'key', objectKey: 'key', params: 'query' };

/** Prepares the check of a signer's arguments. */
export function argumentsCheck(signer: string, { inUrl }: { readonly inUrl: boolean }): ArgumentsCheck {
  const checkRequest = optionsCheck(signer, REQUEST, HINTS);
  const checkOptions = inUrl ? optionsCheck(signer, URL_OPTIONS, HINTS) : optionsCheck(signer, HEADER_OPTIONS, HINTS);
  return (request, options) => {
    if (!isPlainRequest(request)) checkRequest(request);
    checkOptions(options);
    // A variable without a value must not lead to a signature for a whole bucket, or for all buckets.
    if (request.key === undefined && 'key' in request) throw undefinedIn(signer, 'key', 'the whole bucket');
    if (request.bucket === undefined && 'bucket' in request) throw undefinedIn(signer, 'bucket', 'the whole service');
  };
}

// The same as the check by the table for the request that nearly every caller has, at a third of its cost: it reads each field by its
// name, and counts the names to see that there is no other. Whatever is unusual goes to the table, which has the words for it.
function isPlainRequest(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false;
  const { method, endpoint, bucket, key, query, headers, additionalHeaders } = request as Partial<OssRequest>;
  if (headers !== undefined || additionalHeaders !== undefined) return false;
  const known = 2 + (bucket === undefined ? 0 : 1) + (key === undefined ? 0 : 1) + (query === undefined ? 0 : 1);
  return (
    Object.keys(request).length === known &&
    typeof method === 'string' &&
    isEndpoint(endpoint) &&
    (bucket === undefined || typeof bucket === 'string') &&
    (key === undefined || typeof key === 'string') &&
    (query === undefined || QUERY.accepts(query))
  );
}

function undefinedIn(signer: string, name: string, scope: string): TypeError {
  return new TypeError(`${signer}: ${name} is undefined: give it a value, or leave it out to sign for ${scope}`);
}

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { origin, addressing, product } = value as Partial<Endpoint>;
  return typeof origin === 'string' && typeof addressing === 'string' && typeof product === 'string';
}

function isCache(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Partial<OpenCache>).urlMoment === 'function';
}
