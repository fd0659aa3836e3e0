import { rpcSignatureV1 } from '@ossgrant/signer-core/rpc';

const MARK = '@.';

/**
 * Makes a session name of an end user's name, so that the audit log tells who it was. Names that STS takes stay as they
 * are; others keep what can be kept, and end with `@.` and 16 characters of a digest: no two users share one.
 *
 * @example sessionNameFor('alice@example.com') // 'alice@example.com'
 * @throws TypeError for an empty name
 */
export function sessionNameFor(user: string): string {
  if (user === '') throw new TypeError('the user has no name');
  if (/^[A-Za-z0-9.@_-]{2,64}$/.test(user) && !user.includes(MARK)) return user;
  const readable = user
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9.@_-]+/g, '-')
    .replaceAll(MARK, '-')
    .slice(0, 64 - MARK.length - 16);
  // Any keyed hash would do; this is the one that is at hand in every runtime.
  const digest = rpcSignatureV1('session-name', user).replaceAll('+', '-').replaceAll('/', '_').slice(0, 16);
  return `${readable}${MARK}${digest}`;
}
