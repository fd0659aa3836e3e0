import type { Credentials } from '../credentials/contracts.ts';
import { validateCredentials } from '../credentials/validate-credentials.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { placeOf, type Place } from '../endpoint/place.ts';
import type { SigningKey } from '../hash/hash.ts';
import { secretKeyV1 } from '../v1/signature.ts';
import { scopeTextV4, type ScopeV4 } from './scope.ts';
import { signingKeyV4 } from './signing-key.ts';
import { createUrlMoment, type UrlMoment, type UrlMomentParts } from './url-moment.ts';

/**
 * Keeps what is the same from one signature to the next: the check of the credentials, the day's V4 key, V1's prepared
 * secret, where the last bucket is, and what all links of one second have in common. Owned by the caller, bound to credentials by object identity
 * and never by key id: two keys with one id are two keys. Entries go with their credentials.
 */
export interface SigningCache {
  /** Checks credentials, once for the same values. @throws CredentialError `INVALID_CONFIG` */
  validate(credentials: Credentials): void;
  /** Returns where a bucket is. @throws SigningError `INVALID_BUCKET` */
  place(endpoint: Endpoint, bucket: string | undefined): Place;
  /** Returns V4's key for this scope, derived at most once. */
  signingKey(credentials: Credentials, scope: ScopeV4): SigningKey;
  /** Returns V1's key. */
  secretKey(credentials: Credentials): SigningKey;
  /** Returns what the V4 links of one second share. */
  urlMoment(credentials: Credentials, parts: UrlMomentParts): UrlMoment;
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
  let last: { readonly endpoint: Endpoint; readonly bucket: string | undefined; readonly place: Place } | undefined;

  function entryOf(credentials: Credentials): Entry {
    const known = entries.get(credentials);
    // A plain object may have been given other values since.
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

  return {
    validate: (credentials) => void entryOf(credentials),
    place(endpoint, bucket) {
      if (last === undefined || last.bucket !== bucket || !isSamePlace(last.endpoint, endpoint)) {
        // A copy: a plain object may be given other values later.
        last = { endpoint: { ...endpoint }, bucket, place: placeOf(endpoint, bucket) };
      }
      return last.place;
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
}

function isOf(entry: Entry, credentials: Credentials): boolean {
  return (
    entry.accessKeyId === credentials.accessKeyId &&
    entry.secret === credentials.accessKeySecret &&
    entry.token === credentials.securityToken
  );
}

function isSamePlace(a: Endpoint, b: Endpoint): boolean {
  return a.origin === b.origin && a.addressing === b.addressing;
}

function isSameMoment(a: UrlMomentParts, b: UrlMomentParts): boolean {
  return a.second === b.second && a.region === b.region && a.product === b.product;
}
