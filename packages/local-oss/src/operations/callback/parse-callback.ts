import type { LookupFunction } from 'node:net';
import { EC } from '../../http/ec.ts';
import { invalidArgument, accessDenied, notImplemented } from '../../http/refusal.ts';
import { percentDecode, parameter } from '../../http/raw-request.ts';
import { isLoopback } from '../../listen/listen.ts';
import type { ObjectVersion } from '../../store/object-store.ts';
import type { OperationInput } from '../operation.ts';

/** Facts that a callback may report. */
export interface CallbackFacts {
  readonly bucket: string;
  readonly stored: ObjectVersion;
}

type Value = string | number;

// Images are not inspected, so their variables are empty, as for any other object.
const SYSTEM: Readonly<Record<string, (facts: CallbackFacts) => Value>> = {
  bucket: ({ bucket }) => bucket,
  object: ({ stored }) => stored.key,
  etag: ({ stored }) => stored.etag.replaceAll('"', ''),
  size: ({ stored }) => stored.size,
  mimeType: ({ stored }) => stored.headers.get('content-type') ?? 'application/octet-stream',
  'imageInfo.height': () => '',
  'imageInfo.width': () => '',
  'imageInfo.format': () => '',
};

const VARIABLE = /\$\{([^{}]*)\}/g;

/** @throws Refusal 400 InvalidArgument for an unknown variable */
export function assertVariables(body: string): void {
  for (const [, name = ''] of body.matchAll(VARIABLE)) {
    if (!name.startsWith('x:') && !Object.hasOwn(SYSTEM, name)) {
      throw invalidArgument('The callbackBody has a variable that is not known.', undefined, { ArgumentValue: name });
    }
  }
}

/** Puts values into a callback's body: percent-encoded in a form, as JSON in JSON. */
export function fillBody({ body, bodyType, variables }: Callback, facts: CallbackFacts): string {
  const write = (value: Value): string =>
    bodyType === 'application/json' ? JSON.stringify(value) : encodeURIComponent(value);
  return body.replace(VARIABLE, (_, name: string) => {
    const system = Object.hasOwn(SYSTEM, name) ? SYSTEM[name] : undefined;
    return write(system === undefined ? (variables.get(name) ?? '') : system(facts));
  });
}

/** Whether a URL's host is this machine, by name alone: other names are never resolved. */
export function isLocalHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host.endsWith('.localhost') || isLoopback(host);
}

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Resolves every name to this machine. */
export const localLookup: LookupFunction = (_, options, callback) => {
  const [first] = ADDRESSES;
  if (options.all === true) callback(null, ADDRESSES);
  else callback(null, first?.address ?? '', first?.family);
};

/** A callback that a client asks for with its upload. */
export interface Callback {
  /** One after the other until one answers. */
  readonly urls: readonly URL[];
  /** Host header, in place of the URL's. */
  readonly host?: string;
  /** With `${...}` still in it. */
  readonly body: string;
  readonly bodyType: 'application/x-www-form-urlencoded' | 'application/json';
  /** `x:...` of the client's own. */
  readonly variables: ReadonlyMap<string, string>;
}

const MAX_PARAMETER_BYTES = 5 * 1024;
const MAX_URLS = 5;
const BODY_TYPES = ['application/x-www-form-urlencoded', 'application/json'] as const;

/**
 * Reads `x-oss-callback` and `x-oss-callback-var`, or `callback` and `callback-var` in the query.
 *
 * @throws Refusal 400 InvalidArgument, 403 for an anonymous upload, 501 for a host that is not this machine
 */
export function callbackIn({ request, signed }: Pick<OperationInput, 'request' | 'signed'>): Callback | undefined {
  const given = (name: string): string | undefined => {
    const [inHeader, inQuery] = [request.headers.get(`x-oss-${name}`), parameter(request, name)];
    if (inHeader === undefined || inQuery === undefined) return inHeader ?? inQuery;
    throw invalidArgument(`The ${name} must be in the URL or in a header, not in both.`);
  };
  const [callback, ownVariables] = [given('callback'), given('callback-var')];
  return callback === undefined ? undefined : parseCallback(callback, variablesIn(ownVariables), signed);
}

/** Reads a form's `callback` field, and `x:...` fields as its variables. @throws Refusal as `callbackIn` */
export function callbackInForm(fields: ReadonlyMap<string, string>, signed: boolean): Callback | undefined {
  const callback = fields.get('callback');
  const variables = new Map([...fields].filter(([name]) => name.startsWith('x:')));
  return callback === undefined ? undefined : parseCallback(callback, variables, signed);
}

function parseCallback(text: string, variables: ReadonlyMap<string, string>, signed: boolean): Callback | undefined {
  const fields = decode(text, EC.callbackLong, EC.callbackNoJson);
  const field = (name: string): string => {
    const value = fields[name] ?? '';
    if (typeof value === 'string') return value;
    throw invalidArgument(`The ${name} of the callback must be text.`);
  };
  const given = field('callbackUrl')
    .split(';')
    .filter((url) => url !== '');
  if (given.length === 0) return undefined;
  if (!signed) throw accessDenied('Uploads without a signature cannot have a callback.');
  if (given.length > MAX_URLS) throw invalidArgument('The callbackUrl has more than 5 URLs.', EC.callbackUrls);
  if (fields['additionalHeaders'] !== undefined) throw notImplemented('callbacks with additionalHeaders');
  const body = field('callbackBody');
  if (body === '') throw invalidArgument('The callbackBody is empty.', EC.callbackBodyEmpty);
  const bodyType = BODY_TYPES.find((type) => type === (field('callbackBodyType') || BODY_TYPES[0]));
  if (bodyType === undefined) throw invalidArgument('The callbackBodyType is not valid.');
  const host = field('callbackHost');
  if (/[^\w.:[\]-]/.test(host)) throw invalidArgument('The callbackHost is not valid.');
  assertVariables(body);
  return { urls: given.map(toUrl), body, bodyType, variables, ...(host === '' ? {} : { host }) };
}

function variablesIn(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map();
  return new Map(
    Object.entries(decode(text, EC.callbackVarLong)).map(([name, value]) => {
      // Half a character of JSON's has no form on the wire.
      if (typeof value === 'string' && /^x:[^A-Z]+$/.test(name) && !/\p{Cs}/u.test(value)) return [name, value];
      throw invalidArgument('The callback-var must be text by names such as x:var, in lower case.');
    }),
  );
}

function decode(text: string, tooLong: string, malformed?: string): Readonly<Record<string, unknown>> {
  if (Buffer.byteLength(text) > MAX_PARAMETER_BYTES)
    throw invalidArgument('The callback is longer than 5 KB.', tooLong);
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    try {
      const json: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
      if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json };
    } catch {
      // Said below.
    }
  }
  throw invalidArgument('The callback configuration is not JSON in base64.', malformed);
}

function toUrl(text: string): URL {
  const url = parseUrl(/^https?:\/\//i.test(text) ? text : `http://${text}`);
  if (!isLocalHost(url.hostname)) throw notImplemented(`callbacks to another machine (${url.hostname})`);
  return url;
}

function parseUrl(text: string): URL {
  const invalid = invalidArgument('The callbackUrl is not valid.', EC.callbackUrl);
  if (!URL.canParse(text)) throw invalid;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || percentDecode(url.pathname) === undefined) throw invalid;
  return url;
}
