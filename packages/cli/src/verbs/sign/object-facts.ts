import { headObject, type HeadFacts } from '../../connection/head-object.ts';
import { proxiedFetch } from '../../connection/proxy.ts';
import { usageError } from '../../failure/cli-error.ts';
import type { ObjectAddress } from '../../input/object-address.ts';
import type { Context } from '../../verb.ts';
import type { ListAccess } from './find-objects.ts';
import type { LinkSettings } from './link-settings.ts';
import type { SIGN_OPTIONS } from './options.ts';

/** Asks for the facts of an object that a manifest gives beside its link. */
export type FactsOf = (address: ObjectAddress) => Promise<HeadFacts>;

/**
 * Asks OSS by HEAD, as the signer.
 *
 * @throws CliError for links that have other bytes than the object, or that do not download
 */
export async function createFactsOf(
  { env, signal }: Context<typeof SIGN_OPTIONS>,
  access: ListAccess,
  { method = 'GET', process, versionId }: LinkSettings,
): Promise<FactsOf> {
  if (method !== 'GET') throw usageError('--manifest supports GET links only');
  if (process !== undefined) {
    throw usageError('--manifest and --process exclude each other', 'the size of what OSS makes is not known before');
  }
  const fetch = await proxiedFetch(env);
  return async ({ bucket, key }) => headObject({ ...access, bucket, key, versionId, fetch, signal });
}

/** What came of one task. */
export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** Runs a task for each item, so many at once, and hands items on in their order, each with its outcome. */
export async function* inOrder<I, T>(
  items: AsyncIterable<I>,
  atOnce: number,
  run: (item: I) => Promise<T>,
): AsyncGenerator<readonly [I, Settled<T>]> {
  const started: (readonly [I, Promise<Settled<T>>])[] = [];
  const settle = async (item: I): Promise<Settled<T>> => {
    try {
      return { ok: true, value: await run(item) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  for await (const item of items) {
    started.push([item, settle(item)]);
    if (started.length < atOnce) continue;
    const [first] = started.splice(0, 1);
    if (first !== undefined) yield [first[0], await first[1]];
  }
  for (const [item, outcome] of started) yield [item, await outcome];
}
