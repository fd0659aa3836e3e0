import { type Clock, systemClock } from '@ossgrant/credentials-core';
import { isLoopback } from '@ossgrant/credentials-core/internal';
import { networkList } from './access/addresses.ts';
import { createLocalLimit } from './access/limits.ts';
import type { Connection, GrantHandlerOptions, ShareAction, Subject } from './grant-handler.ts';
import { Problem } from './problem.ts';
import type { Share } from './records.ts';
import type { RepeatLimits, Store } from './store.ts';
import { createTokens, type Tokens } from './token.ts';

/** What the routes of one handler share. */
export interface Context {
  readonly options: GrantHandlerOptions;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** Path that all routes are below; empty at the root. */
  readonly basePath: string;
  /** Whether the handler is reached by https. */
  readonly secure: boolean;
  readonly bodyBytes: number;
  readonly passwordAttempts: number;
  readonly resume: RepeatLimits;
  readonly isTrustedProxy: (address: string) => boolean;
  /** @throws Problem when the share is visited too often */
  readonly countVisit: (shareId: string, now: number) => void;
  /** @throws Problem `not-found`, so that nobody learns which shares others have */
  demand(subject: Subject, action: ShareAction, share?: Share): Promise<void>;
  /** The stable address of a token. */
  address(kind: 'share' | 'handle', id: string, version: number): string;
}

/** Variables of Hono's context. */
export interface Env {
  Bindings: Connection;
  /** `hasRequestId`: the response was made with the header `x-request-id`. */
  Variables: { requestId: string; hasRequestId: boolean; subject: Subject; problem: Problem; failure: unknown };
}

const HOUR_MS = 3_600_000;

/** @throws TypeError or RangeError for options that cannot be used */
export function createContext(options: GrantHandlerOptions): Context {
  const clock = options.clock ?? systemClock;
  const url = publicUrl(options.publicUrl);
  const tokens = createTokens(options.tokenKeys);
  const { origin } = url;
  const basePath = url.pathname.replace(/(?<!\/)\/+$/, '');
  const {
    requestsPerMinute = 600,
    visitsPerMinute = 6000,
    passwordAttempts = 10,
    bodyBytes = 65_536,
  } = options.limits ?? {};
  for (const [name, limit] of Object.entries({ requestsPerMinute, visitsPerMinute, passwordAttempts, bodyBytes })) {
    if (!Number.isInteger(limit) || limit < 1) throw new RangeError(`limits.${name} must be a whole number above 0`);
  }
  const can =
    options.can ??
    ((subject, _, share) => subject.admin === true || (share !== undefined && share.owner === subject.id));
  return {
    options,
    store: options.store,
    tokens,
    clock,
    basePath,
    secure: url.protocol === 'https:',
    bodyBytes,
    passwordAttempts,
    resume: options.resume ?? { windowMs: HOUR_MS, repeats: 1000 },
    isTrustedProxy: networkList(options.trustedProxies ?? []),
    countVisit: createLocalLimit({ most: visitsPerMinute, windowMs: 60_000 }),
    async demand(subject, action, share) {
      if (await can(subject, action, share)) return;
      if (share === undefined) throw new Problem('not-allowed', 'this needs an API key with the right "admin"');
      throw new Problem('not-found', 'there is no such share');
    },
    address: (kind, id, version) =>
      `${origin}${basePath}/${kind === 'share' ? 'd' : 'g'}/${tokens.seal(kind, id, version)}`,
  };
}

function publicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new TypeError('publicUrl must be an address such as "https://files.example.com", without query');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new TypeError('publicUrl must start with https:// unless it is a loopback address: a share is a secret');
  }
  return url;
}
