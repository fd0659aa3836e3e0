import type { Credentials } from '@ossgrant/credentials-core';
import { validateCredentials } from '@ossgrant/credentials-core/internal';
import { addressOf, type BucketAddress, type Endpoint } from '../endpoint.ts';
import type { SigningKey } from '../hash/hash.ts';
import { secretKeyV1 } from '../steps/v1.ts';
import {
  encodeQueryV4,
  joinQueryV4,
  type EncodedParameter,
  scopeTextV4,
  type ScopeV4,
  ALGORITHM_V4,
  stringToSignHeadV4,
  signingKeyV4,
} from '../steps/v4.ts';
import { formatIsoBasic } from '../text/wire-text.ts';

declare const OPAQUE: unique symbol;

/**
 * Keeps what is the same from one signature to the next: the check of the credentials, the day's V4 key, V1's prepared secret, the
 * address of the last bucket, and what all links of one second share. Owned by the caller. Keys are bound to credentials by object
 * identity and never by key id: two keys with one id are two keys. Entries live as long as their credentials.
 */
export interface SigningCache {
  /** Makes the type opaque: only `createSigningCache` makes one. */
  readonly [OPAQUE]: true;
}

/** What the signers read from a cache. */
export interface OpenCache {
  /** Checks credentials, once for the same values. @throws CredentialError `INVALID_CONFIG` */
  validate(credentials: Credentials): void;
  /** @throws SigningError `INVALID_BUCKET` */
  bucketAddress(endpoint: Endpoint, bucket: string | undefined): BucketAddress;
  /** Returns V4's key for this scope, derived at most once. */
  signingKey(credentials: Credentials, scope: ScopeV4): SigningKey;
  /** Returns V1's key. */
  secretKey(credentials: Credentials): SigningKey;
  /** Returns what the V4 links of one second share. */
  urlMoment(credentials: Credentials, parts: UrlMomentParts): UrlMoment;
}

/** Opens a cache for a signer. */
export function openCache(cache: SigningCache | undefined): OpenCache | undefined {
  return cache as unknown as OpenCache | undefined;
}

interface Entry {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string | undefined;
  v4?: { readonly scope: string; readonly key: SigningKey };
  v1?: SigningKey;
  moment?: { readonly parts: UrlMomentParts; readonly value: UrlMoment };
}

/** Makes an empty cache: one for each presigner or client. */
export function createSigningCache(): SigningCache {
  const entries = new WeakMap<Credentials, Entry>();
  let last:
    | { readonly endpoint: Endpoint; readonly bucket: string | undefined; readonly address: BucketAddress }
    | undefined;

  function entryOf(credentials: Credentials): Entry {
    const known = entries.get(credentials);
    // A plain object may have other values by now.
    if (known !== undefined && isOf(known, credentials)) return known;
    validateCredentials(credentials);
    const { accessKeyId, accessKeySecret: secret, securityToken: token } = credentials;
    const entry: Entry = { accessKeyId, secret, token };
    entries.set(credentials, entry);
    return entry;
  }

  function signingKey(credentials: Credentials, scope: ScopeV4): SigningKey {
    const entry = entryOf(credentials);
    const text = scopeTextV4(scope);
    if (entry.v4?.scope !== text) entry.v4 = { scope: text, key: signingKeyV4(entry.secret, scope) };
    return entry.v4.key;
  }

  const cache: OpenCache = {
    validate: (credentials) => void entryOf(credentials),
    bucketAddress(endpoint, bucket) {
      if (last === undefined || last.bucket !== bucket || !isSameEndpoint(last.endpoint, endpoint)) {
        // A copy, since a plain object may change later.
        last = { endpoint: { ...endpoint }, bucket, address: addressOf(endpoint, bucket) };
      }
      return last.address;
    },
    signingKey,
    secretKey(credentials) {
      const entry = entryOf(credentials);
      entry.v1 ??= secretKeyV1(entry.secret);
      return entry.v1;
    },
    urlMoment(credentials, parts) {
      const entry = entryOf(credentials);
      if (entry.moment === undefined || !isSameMoment(entry.moment.parts, parts)) {
        entry.moment = { parts, value: createUrlMoment(credentials, parts, signingKey) };
      }
      return entry.moment.value;
    },
  };
  return cache as unknown as SigningCache;
}

function isOf(entry: Entry, credentials: Credentials): boolean {
  return (
    entry.accessKeyId === credentials.accessKeyId &&
    entry.secret === credentials.accessKeySecret &&
    entry.token === credentials.securityToken
  );
}

function isSameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.origin === b.origin && a.addressing === b.addressing;
}

function isSameMoment(a: UrlMomentParts, b: UrlMomentParts): boolean {
  return a.second === b.second && a.region === b.region && a.product === b.product;
}

/** What the V4 links of one second have in common, beside the credentials. */
export interface UrlMomentParts {
  /** The signing second, since the Unix epoch. */
  readonly second: number;
  readonly region: string;
  readonly product: string;
}

/** What all V4 links of one second share, whatever their object. */
export interface UrlMoment {
  /** The string to sign up to the hash. */
  readonly head: string;
  readonly key: SigningKey;
  /** Returns the canonical query of a link with this life: its own parameters, sorted, and those of the signature. */
  query(own: readonly EncodedParameter[], expiresInSeconds: number): string;
}

/** @throws RangeError when the second is not a valid date */
export function createUrlMoment(
  credentials: Credentials,
  parts: UrlMomentParts,
  deriveKey: (credentials: Credentials, scope: ScopeV4) => SigningKey,
): UrlMoment {
  const timestamp = formatIsoBasic(new Date(parts.second * 1000));
  const scopeParts = { day: timestamp.slice(0, 8), region: parts.region, product: parts.product };
  const scope = scopeTextV4(scopeParts);
  const { accessKeyId, securityToken } = credentials;
  const parameters = encodeQueryV4([
    ['x-oss-signature-version', ALGORITHM_V4],
    ['x-oss-credential', `${accessKeyId}/${scope}`],
    ['x-oss-date', timestamp],
    ['x-oss-expires', null],
    ...(securityToken === undefined ? [] : ([['x-oss-security-token', securityToken]] as const)),
  ]);
  const expires = parameters.findIndex(({ name }) => name === 'x-oss-expires');
  let plain = { seconds: 0, query: '' };
  return {
    head: stringToSignHeadV4({ timestamp, scope }),
    key: deriveKey(credentials, scopeParts),
    query(own, seconds) {
      // Most links have no parameters of their own and one life.
      if (own.length === 0 && plain.seconds === seconds) return plain.query;
      const life = { name: 'x-oss-expires', text: `x-oss-expires=${seconds}` };
      const query = joinQueryV4(parameters.with(expires, life), own);
      if (own.length === 0) plain = { seconds, query };
      return query;
    },
  };
}
