import type { Clock } from '@ossgrant/credentials-core';
import { isLoopback, readLimited } from '@ossgrant/credentials-core/internal';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';

// jose has such a set too. Its clock cannot be injected, its response has no limit, and it asks anew for each token while the
// host fails.
const FRESH_MS = 600_000;
const KEPT_MS = 3_600_000;
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 262_144;

/** No key set can be had now, and the one before is too old. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
  readonly retryAfterSeconds = COOLDOWN_MS / 1000;
}

/** What a key set is made of. */
export interface KeySetOptions {
  readonly url: URL;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** @throws TypeError for an address that others on the way could answer for */
export function jwksUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url;
  throw new TypeError('jwksUrl must be an https:// address without a password; http:// is for loopback only');
}

/**
 * The public keys of an issuer, by one fixed address. They are fetched when a token first needs them, again after ten
 * minutes, and for a key id that is not known, but never twice in 30 s: strangers can invent ids. While the address fails, the
 * last keys are used for up to an hour.
 *
 * @returns finds the key of a token; it throws `KeysUnavailableError`, or jose's errors for a token without a key
 */
export function createKeySet({ url, fetch, clock }: KeySetOptions): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = -Infinity;
  let triedAt = -Infinity;
  let pending: Promise<void> | undefined;
  let failure: unknown;

  async function load(): Promise<void> {
    const response = await fetch(url, {
      headers: { accept: 'application/json, application/jwk-set+json' },
      // Another host is another issuer.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { bytes, truncated } = await readLimited(response.body, MAX_BYTES);
    if (response.status !== 200) throw new Error(`the key set's address answered ${response.status} instead of 200`);
    if (truncated) throw new Error(`the key set has more than ${MAX_BYTES} bytes`);
    keys = createLocalJWKSet(JSON.parse(new TextDecoder().decode(bytes)) as JSONWebKeySet);
    fetchedAt = clock.monotonic();
    failure = undefined;
  }

  async function refresh(): Promise<void> {
    if (pending === undefined) {
      if (clock.monotonic() - triedAt < COOLDOWN_MS) return;
      triedAt = clock.monotonic();
      pending = load()
        .catch((error: unknown) => void (failure = error))
        .finally(() => void (pending = undefined));
    }
    await pending;
  }

  return async (header, token) => {
    if (clock.monotonic() - fetchedAt >= FRESH_MS) await refresh();
    if (keys === undefined || clock.monotonic() - fetchedAt >= KEPT_MS) {
      throw new KeysUnavailableError('the keys that verify tokens cannot be fetched', { cause: failure });
    }
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const before = keys;
      await refresh();
      if (keys === before) throw error;
      return keys(header, token);
    }
  };
}
