import type { Clock } from '@ossgrant/credentials-core';
import type { GrantCache } from '@ossgrant/credentials-sts';
import type { EndpointOptions } from '@ossgrant/signer-core';
import type { Presigner } from '@ossgrant/url-presigner';
import type { RenderLanding } from './landing.ts';
import type { ProblemCode } from './problem.ts';
import type { KeyScope, Share } from './records.ts';
import type { RepeatLimits, Store } from './store.ts';
import type { TokenKey } from './token.ts';

/** Who calls the API. */
export interface Subject {
  /** Owner of what the subject makes; stable when a key is replaced. */
  readonly id: string;
  /** Whether the default `can` lets the subject see and change everything. @default false */
  readonly admin?: boolean;
}

/** Which API keys may sign a browser in. */
export interface SignIn {
  /** The id of a key that is valid now. */
  readonly identify: (key: string) => Promise<string | undefined>;
  /** Whose key it is, as long as it is valid: a revoked key ends its sessions. */
  readonly subjectOf: (keyId: string) => Promise<Subject | undefined>;
}

/** What may be done with a share; `list-all` and `audit` are about all shares. */
export type ShareAction = 'see' | 'uses' | 'copy' | 'change' | 'pause' | 'resume' | 'revoke' | 'list-all' | 'audit';

/** What the server under the handler knows about a connection. */
export interface Connection {
  /** Address of the other end of the connection: a client or a proxy. */
  readonly remoteAddress?: string | undefined;
}

/** Objects below a prefix. */
export interface ObjectPage {
  /** In the order in which OSS lists them; `size` in bytes. */
  readonly objects: readonly { readonly key: string; readonly size: number; readonly lastModified?: Date }[];
  /** Folders, where a delimiter was asked for. */
  readonly prefixes: readonly string[];
  /** Opaque: give it back as `after`. Absent on the last page. */
  readonly next?: string | undefined;
}

/** Which objects to list. */
export interface ListRequest {
  /** One of the `presigners`. */
  readonly bucket: string;
  /** What the keys begin with; `''` for the whole bucket. */
  readonly prefix: string;
  /** `/`: keys with a further slash are returned as `prefixes`. Absent: all keys below the prefix. */
  readonly delimiter?: '/' | undefined;
  /** `next` of the page before. Absent: the first page. */
  readonly after?: string | undefined;
  /** Most objects and prefixes to return, 1 to 1000. */
  readonly limit: number;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** How much is let through. */
export interface HandlerLimits {
  /** API requests of one subject a minute, over all instances. @default 600 */
  readonly requestsPerMinute?: number;
  /** Visits of one share a minute, on one instance. @default 6000 */
  readonly visitsPerMinute?: number;
  /** Wrong passwords of one address for one share in 15 minutes; ten times as many from all. @default 10 */
  readonly passwordAttempts?: number;
  /** Largest JSON body, and largest line of a batch, in bytes. @default 65536 */
  readonly bodyBytes?: number;
}

/** A finished request, for logs and metrics: it holds no token and no key of an object. */
export interface RequestEntry {
  /** A fresh UUID; the response carries it as `x-request-id`. */
  readonly requestId: string;
  /** As the client sent it. */
  readonly method: string;
  /** The route's template, such as `/d/:token`. */
  readonly route: string;
  /** HTTP status of the response. */
  readonly status: number;
  /** From the arrival of the request until its response was ready, in milliseconds. */
  readonly durationMs: number;
  /** Why it was refused. Absent: it was not. */
  readonly code?: ProblemCode;
  /** `id` of the subject. Absent for visitors of shares, and before authentication. */
  readonly subject?: string;
  /** What went wrong inside, for `internal` and `signing-failed`. */
  readonly error?: unknown;
}

/** Options of `createGrantHandler`. */
export interface GrantHandlerOptions {
  /**
   * Where the handler is reached from outside, a path included: `https://files.example.com` or `https://example.com/oss`.
   * Shares are made of it, never of a request's Host. Plain http is for loopback only.
   */
  readonly publicUrl: string;
  /** By bucket; each signs for its bucket. Make them with `ifShorter: 'clamp'`. */
  readonly presigners: Readonly<Record<string, Presigner>>;
  /** By bucket, made with `version: 'v1'`: for direct URLs whose reader cannot handle V4. @default V1 is refused */
  readonly v1Presigners?: Readonly<Record<string, Presigner>>;
  /** Hosts that a share may name instead of its presigner's own. @default none */
  readonly hosts?: Readonly<Record<string, EndpointOptions>>;
  /**
   * Temporary credentials. `endpoint` is where those who get them reach the buckets, for clients that cannot know it otherwise.
   *
   * @default refused
   */
  readonly sts?: { readonly cache: GrantCache; readonly roleArn: string; readonly endpoint?: EndpointOptions };
  /** Keeps shares, handles, keys and the audit log, such as `createPostgresStore`. Instances that share a store serve the same shares. */
  readonly store: Store;
  /** Who sent the request; `undefined` is refused. `createApiKeys` makes one. */
  readonly authenticate: (request: Request) => Promise<Subject | undefined>;
  /** Lets browsers sign in at `/v1/session`; `createApiKeys` makes one. @default refused */
  readonly signIn?: SignIn;
  /** The longest life in seconds of what the subject may share; 0 refuses. A prefix ends with `/`. */
  readonly authorize: (subject: Subject, bucket: string, keyOrPrefix: string) => number | Promise<number>;
  /** Where the subject may share, for a page to start from. @default the buckets that `authorize` lets it share whole */
  readonly scopes?: (subject: Subject) => readonly KeyScope[];
  /** @default one's own shares; everything with `admin` */
  readonly can?: (subject: Subject, action: ShareAction, share?: Share) => boolean | Promise<boolean>;
  /** Newest first. Without the key that made it a share is gone. */
  readonly tokenKeys: readonly TokenKey[];
  /** Lists objects for prefix shares and `GET /v1/objects`. @default refused */
  readonly listObjects?: (request: ListRequest) => Promise<ObjectPage>;
  /** Pages of these origins may read the responses of shares and handles. @default none */
  readonly origins?: readonly string[];
  /** Addresses or networks of proxies whose `X-Forwarded-For` counts. @default none */
  readonly trustedProxies?: readonly string[];
  /** When a proof makes a repeat free. @default one hour, 1000 repeats */
  readonly resume?: RepeatLimits;
  /** @default those of `HandlerLimits` */
  readonly limits?: HandlerLimits;
  /** Renders the page that a browser gets for a share. @default a plain page without script */
  readonly landing?: RenderLanding;
  /** Called once for each request, when its response is ready, before it is sent. It must not throw. @default nothing is reported */
  readonly onRequest?: (entry: RequestEntry) => void;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

/** A mounted application server. */
export interface GrantHandler {
  /** Answers a request. `connection` matters for addresses only: without it, shares bound to addresses are refused. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /**
   * Makes a code that signs one browser in, by `POST /v1/session`, once and within two minutes, with the rights of an
   * API key. @throws Error for a key that is not valid
   */
  signInCode(keyId: string): Promise<string>;
  /** Closes what the handler has made. Store, presigners and the grant cache stay the caller's. */
  close(): Promise<void>;
}
