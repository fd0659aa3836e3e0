import type { FetchContext, FetchedCredentials } from '@ossgrant/credentials-core';

/** A source whose credentials may carry more, such as where the bucket is. */
export interface TabSource<T extends FetchedCredentials> {
  /** Names the source in errors. */
  readonly name: string;
  /** Fetches once. @throws CredentialError */
  fetch(context: FetchContext): Promise<T>;
}

/** Options of `sharedByTabs`. */
export interface TabsOptions {
  /** The same for all tabs that may share the credentials: the user and the purpose. */
  readonly channel: string;
}

// The part of a page's globals that is used here: this package is typed without the DOM.
interface Channel {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
  unref?(): void;
}

interface PageGlobals {
  readonly BroadcastChannel?: new (name: string) => Channel;
  readonly navigator?: {
    readonly locks?: {
      request<T>(name: string, options: { readonly signal: AbortSignal }, run: () => Promise<T>): Promise<T>;
    };
  };
}

interface Question {
  readonly kind: 'ask';
  /** Credentials that are of no use to the tab that asks. */
  readonly except: string | undefined;
}

interface Response<T> {
  readonly kind: 'tell';
  readonly credentials: T;
}

// Tabs of one browser respond within a few milliseconds, unless they are asleep.
const WAIT_MS = 150;
const MIN_VALIDITY_MS = 60_000;

/**
 * Fetches credentials once for all tabs of a page: one tab asks the server, the others take what it got. Credentials that a tab was
 * given before are not given to it again, so that a refused one is renewed. They are kept in memory only. Without Web Locks and
 * BroadcastChannel, as outside browsers, each asks for itself.
 *
 * @example
 * const credentials = sharedByTabs(applicationServer({ url: '/grant' }), { channel: `grants of ${user}` });
 * const source = fromObject({ region: 'cn-hangzhou', bucket: 'my-bucket', key: 'report.pdf', credentials });
 */
export function sharedByTabs<T extends FetchedCredentials>(source: TabSource<T>, options: TabsOptions): TabSource<T> {
  const { BroadcastChannel: Channels, navigator } = globalThis as unknown as PageGlobals;
  const locks = navigator?.locks;
  if (Channels === undefined || locks === undefined) return source;
  const name = `ossgrant-credentials ${options.channel}`;
  const channel = new Channels(name);
  // Where a channel keeps a process alive.
  channel.unref?.();
  let latest: T | undefined;
  let given: string | undefined;
  let onTold: ((credentials: T) => void) | undefined;

  channel.addEventListener('message', ({ data }) => {
    const message = data as Question | Response<T>;
    if (message.kind === 'tell') onTold?.(message.credentials);
    else if (latest !== undefined && isUseful(latest, message.except, Date.now())) {
      // A channel reaches its own origin only.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      channel.postMessage({ kind: 'tell', credentials: latest } satisfies Response<T>);
    }
  });

  function askTabs(now: number): Promise<T | undefined> {
    return new Promise((resolve) => {
      const end = (credentials?: T): void => {
        clearTimeout(timer);
        onTold = undefined;
        resolve(credentials);
      };
      const timer = setTimeout(end, WAIT_MS);
      onTold = (credentials) => {
        if (isUseful(credentials, given, now)) end(credentials);
      };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
      channel.postMessage({ kind: 'ask', except: given } satisfies Question);
    });
  }

  return {
    name: source.name,
    fetch: (context) =>
      locks.request(name, { signal: context.signal }, async () => {
        latest = (await askTabs(context.clock.now())) ?? (await source.fetch(context));
        given = idOf(latest);
        return latest;
      }),
  };
}

function idOf({ accessKeyId, securityToken = '' }: FetchedCredentials): string {
  return `${accessKeyId} ${securityToken}`;
}

function isUseful(credentials: FetchedCredentials, except: string | undefined, now: number): boolean {
  const { expiration } = credentials;
  return idOf(credentials) !== except && (expiration === undefined || expiration.getTime() - now > MIN_VALIDITY_MS);
}
