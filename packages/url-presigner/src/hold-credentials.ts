import type { Clock, CredentialProvider, Credentials } from '@ossgrant/signer-core';

/** Takes credentials for one of many links, at the instant `now`, in milliseconds. */
export type TakeCredentials = (minValidityMs: number, now: number) => Credentials | Promise<Credentials>;

/**
 * Holds one snapshot at a time for a run of links, and asks the provider again in each new second, or sooner for a link
 * that the snapshot would not outlive. So a run of an hour is refreshed like single calls, and the links of one second do
 * not wait for each other.
 */
export function holdCredentials(
  provider: CredentialProvider,
  clock: Clock,
  signal: AbortSignal | undefined,
): TakeCredentials {
  let held: { readonly credentials: Credentials; readonly second: number; readonly endsAt: number } | undefined;

  async function fetch(minValidityMs: number): Promise<Credentials> {
    const credentials = await provider.getCredentials(
      signal === undefined ? { minValidityMs } : { minValidityMs, signal },
    );
    const endsAt = credentials.expiration?.getTime() ?? Infinity;
    held = { credentials, second: Math.floor(clock.now() / 1000), endsAt };
    return credentials;
  }

  return (minValidityMs, now) => {
    const fits = held !== undefined && held.second === Math.floor(now / 1000) && held.endsAt - now >= minValidityMs;
    return fits && held !== undefined ? held.credentials : fetch(minValidityMs);
  };
}
