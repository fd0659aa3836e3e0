import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, systemClock } from '@ossgrant/credentials-core';
import type { SignIn, Subject } from '../grant-handler.ts';
import type { ApiKey, KeyScope } from '../records.ts';
import type { Store } from '../store.ts';
import { newId } from '../token.ts';
import { authorizeByScopes, type ScopedSubject, scopesOf } from './scopes.ts';

/** What a new key may do. */
export interface ApiKeyOptions {
  /** Who owns what is made with the key: a user or a system. Several keys may have one owner. */
  readonly owner: string;
  /** Distinguishes the key from others in a list. */
  readonly name: string;
  /** Sees and changes everybody's shares, and reads the audit log. @default false */
  readonly admin?: boolean;
  /** Where it may share. */
  readonly scopes: readonly KeyScope[];
  /** Instant from which the key is refused. @default it does not expire */
  readonly expiresAt?: Date;
}

/** API keys: made, checked, revoked. It is the `authenticate`, `authorize` and `signIn` of a handler. */
export interface ApiKeys extends SignIn {
  /** The key is shown this once; only its hash is kept. */
  make(options: ApiKeyOptions, actor: string): Promise<{ readonly id: string; readonly key: string }>;
  /** All keys, oldest first, expired and revoked ones included. It holds no secret. */
  list(): Promise<readonly ApiKey[]>;
  /** Revokes a key for good. @returns whether there was such a key, not yet revoked */
  revoke(id: string, actor: string): Promise<boolean>;
  /** Reads `Authorization: Bearer ogk_...`. */
  readonly authenticate: (request: Request) => Promise<Subject | undefined>;
  /** By the key's scopes. */
  readonly authorize: (subject: Subject, bucket: string, keyOrPrefix: string) => number;
  /** Those of the key. */
  readonly scopes: (subject: Subject) => readonly KeyScope[];
}

const KEY = /^ogk_([0-9a-f]{32})_([\w-]{43})$/;

function hashOf(secret: string): Buffer {
  // 32 random bytes cannot be guessed, so a slow hash would only slow the server.
  return createHash('sha256').update(secret).digest();
}

function subjectOf({ owner, admin, scopes }: ApiKey): ScopedSubject {
  return { id: owner, admin, scopes };
}

/** Keeps API keys in the handler's store. */
export function createApiKeys({
  store,
  clock = systemClock,
}: {
  readonly store: Store;
  readonly clock?: Clock;
}): ApiKeys {
  function isValid({ expiresAt, revokedAt }: ApiKey): boolean {
    return revokedAt === undefined && (expiresAt === undefined || expiresAt.getTime() > clock.now());
  }

  async function keyOf(text: string): Promise<ApiKey | undefined> {
    const [, id, secret] = KEY.exec(text) ?? [];
    if (id === undefined || secret === undefined) return undefined;
    const key = await store.findKey(id);
    if (key === undefined || !timingSafeEqual(hashOf(secret), Buffer.from(key.hash, 'hex'))) return undefined;
    return isValid(key) ? key : undefined;
  }

  return {
    async make(options, actor) {
      const { owner, name, admin = false, scopes, expiresAt } = options;
      if (owner === '' || name === '') throw new TypeError('owner and name of an API key must not be empty');
      for (const { bucket, longestSeconds } of scopes) {
        if (bucket !== '' && longestSeconds >= 1) continue;
        throw new RangeError('a scope must name a bucket and a longest life of at least one second');
      }
      const id = newId();
      const secret = randomBytes(32).toString('base64url');
      const at = clock.now();
      const hash = hashOf(secret).toString('hex');
      await store.createKey(
        { id, hash, owner, name, admin, scopes, createdAt: new Date(at), expiresAt },
        { at, actor },
      );
      return { id, key: `ogk_${id}_${secret}` };
    },
    list: () => store.listKeys(),
    revoke: (id, actor) => store.revokeKey(id, { at: clock.now(), actor }),
    authenticate: async (request) => {
      const key = await keyOf((request.headers.get('authorization') ?? '').replace(/^Bearer +/i, ''));
      return key === undefined ? undefined : subjectOf(key);
    },
    identify: async (text) => (await keyOf(text))?.id,
    async subjectOf(id) {
      const key = await store.findKey(id);
      return key === undefined || !isValid(key) ? undefined : subjectOf(key);
    },
    scopes: scopesOf,
    authorize: authorizeByScopes,
  };
}
