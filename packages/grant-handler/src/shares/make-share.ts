import { assertKey, SigningError } from '@ossgrant/signer-core';
import { networkList } from '../access/addresses.ts';
import { hashPassword } from '../access/password.ts';
import type { Context } from '../context.ts';
import type { Subject } from '../grant-handler.ts';
import { Problem, unsignable } from '../problem.ts';
import type { NewShare, ShareFacts } from '../records.ts';
import { newId } from '../token.ts';
import { DOWNLOAD_SECONDS, signObject } from './object-of.ts';
import { type NewShareInput, secondsOf } from './schemas.ts';

const DEFAULT_SECONDS = 604_800;

/** Which objects, of exactly one of `key`, `keys` and `prefix`. @throws Problem */
export function objectsOf(input: {
  readonly key?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
}): { readonly keys: readonly string[]; readonly prefix?: string } {
  const { key, keys, prefix } = input;
  if ([key, keys, prefix].filter((one) => one !== undefined).length !== 1) {
    throw new Problem('invalid-request', 'give exactly one of key, keys and prefix');
  }
  const all = keys ?? (key === undefined ? [] : [key]);
  if (new Set(all).size !== all.length) throw new Problem('invalid-request', 'keys must not hold a key twice');
  try {
    for (const one of prefix === undefined ? all : [prefix]) assertKey(one);
  } catch (error) {
    if (error instanceof SigningError) throw unsignable('invalid-request', error);
    throw error;
  }
  return prefix === undefined ? { keys: all } : { keys: [], prefix };
}

/**
 * The longest life that the subject may give to all of the objects, in seconds.
 *
 * @throws Problem `not-allowed`
 */
export async function longestLife(
  context: Context,
  subject: Subject,
  bucket: string,
  objects: { readonly keys: readonly string[]; readonly prefix?: string },
): Promise<number> {
  let longest = Infinity;
  for (const one of objects.prefix === undefined ? objects.keys : [objects.prefix]) {
    longest = Math.min(longest, await context.options.authorize(subject, bucket, one));
    if (!(longest > 0)) throw new Problem('not-allowed', 'you may not share these objects: ask for a wider API key');
  }
  return longest;
}

/** When a share of this life ends. @throws Problem */
export function endOf(
  input: { readonly expiresIn?: number | string | undefined; readonly expiresAt?: string | undefined },
  start: number,
  longest: number,
): Date | undefined {
  if (input.expiresIn !== undefined && input.expiresAt !== undefined) {
    throw new Problem('invalid-request', 'give either expiresIn or expiresAt');
  }
  if (input.expiresIn === undefined && input.expiresAt === undefined) return undefined;
  const end =
    input.expiresAt === undefined ? start + secondsOf(input.expiresIn as number) * 1000 : Date.parse(input.expiresAt);
  if (end <= start) throw new Problem('invalid-request', 'expiresAt must be in the future');
  if (end > start + longest * 1000) {
    throw new Problem('life-too-long', `you may share these objects for at most ${longest} s`);
  }
  if (!(end < Date.parse('9999-01-01'))) throw new Problem('life-too-long', 'a share must end before the year 9999');
  return new Date(end);
}

/**
 * Checks what is asked for against the subject's rights and against what can be signed.
 *
 * @param signable facts that were signed for another key of the same batch
 * @throws Problem
 */
export async function makeShare(
  context: Context,
  subject: Subject,
  input: NewShareInput,
  signable: Set<string> = new Set(),
): Promise<NewShare> {
  const now = context.clock.now();
  const { bucket, allow, maxUses, password, label, host } = input;
  const objects = objectsOf(input);
  const longest = await longestLife(context, subject, bucket, objects);
  const expiresAt = endOf(input, now, longest) ?? new Date(now + Math.min(DEFAULT_SECONDS, longest) * 1000);
  const notBefore = input.notBefore === undefined ? undefined : new Date(input.notBefore);
  if (notBefore !== undefined && notBefore >= expiresAt) {
    throw new Problem('invalid-request', 'notBefore must be before the end of the share');
  }
  const ip = typeof input.ip === 'string' ? [input.ip] : input.ip;
  if (ip !== undefined) checkAddresses(ip);
  const gives = allow?.includes('credentials') === true;
  const bound = maxUses ?? ip ?? password;
  if (gives && context.options.sts === undefined) {
    throw new Problem('not-possible', 'this server hands out no temporary credentials: it has no role configured');
  }
  if (gives && input.versionId !== undefined) {
    throw new Problem('not-possible', 'temporary credentials cannot be bound to one version');
  }
  if (gives && bound !== undefined && input.insist !== true) {
    throw new Problem(
      'not-possible',
      'temporary credentials obey neither maxUses, ip nor password once they are handed out: leave them away, or set insist',
    );
  }
  const facts: ShareFacts = {
    keys: objects.keys,
    prefix: objects.prefix,
    versionId: input.versionId,
    filename: input.filename,
    disposition: input.disposition,
    process: input.process,
    host,
    ip,
    previewSeconds: input.previewSeconds,
    resume: input.resume,
    allow,
  };
  await demandSignable(context, bucket, facts, signable);
  return {
    id: newId(),
    tokenVersion: context.tokens.newest,
    bucket,
    facts,
    expiresAt,
    label,
    maxUses,
    notBefore,
    password: password === undefined ? undefined : await hashPassword(password),
  };
}

/** What cannot be signed is said now and to the owner, not later and to the recipient. It costs no request. */
async function demandSignable(
  context: Context,
  bucket: string,
  facts: ShareFacts,
  signable: Set<string>,
): Promise<void> {
  const { keys, prefix, ...terms } = facts;
  const [key = `${prefix}x`] = keys;
  // The name of a key matters where a browser shows the object, as it may be a page. Else every key signs alike.
  const same = `${bucket} ${terms.disposition === 'inline' ? key : ''} ${JSON.stringify(terms)}`;
  if (signable.has(same)) return;
  await signObject(context, { bucket, facts, key, method: 'GET', expiresIn: DOWNLOAD_SECONDS, preview: false });
  signable.add(same);
}

function checkAddresses(ip: readonly string[]): void {
  try {
    networkList(ip);
  } catch (error) {
    throw new Problem('invalid-request', `ip: ${(error as Error).message}`);
  }
}
