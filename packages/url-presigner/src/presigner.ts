import type { Clock, CredentialInput } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';

/** A length of time: a number of seconds, or text with a unit such as `15m`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`;

/** Options of `createPresigner`. */
export interface PresignerOptions extends EndpointOptions {
  /** Who signs. Sources and functions are cached; the secret never leaves this process. */
  readonly credentials: CredentialInput;
  /** Bucket of links that do not name one. */
  readonly bucket?: string;
  /**
   * Signature version. V1 is being retired by the cloud.
   *
   * @default 'v4'
   */
  readonly version?: 'v4' | 'v1';
  /**
   * Life of links that do not say it.
   *
   * @default 900
   */
  readonly expiresIn?: Duration;
  /**
   * What to do when the credentials, or V4's seven days, end before the link should: refuse, or shorten the link and say so.
   *
   * @default 'error'
   */
  readonly ifShorter?: 'error' | 'clamp';
  /** Told once, when the presigner is made, of a choice that will stop working. */
  readonly onWarning?: (warning: PresignWarning) => void;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

/** A choice that works today and will not for ever. */
export interface PresignWarning {
  readonly code: 'V1_IS_RETIRING';
  readonly message: string;
}

/** When a link ends: after a duration or at an instant. */
export type Lifetime =
  | { readonly expiresIn?: Duration; readonly expiresAt?: never }
  | { readonly expiresAt: Date; readonly expiresIn?: never };

/** Headers that the answer shall carry in place of the object's own. */
export interface ResponseOverrides {
  readonly contentType?: string;
  readonly contentLanguage?: string;
  readonly expires?: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
}

/** What a link is for. */
export interface PresignFields {
  /** Object key, as it is: not encoded. */
  readonly key: string;
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly versionId?: string;
  readonly response?: ResponseOverrides;
  /** How a browser shall save it: makes the Content-Disposition of the answer. Folders in `filename` are dropped. */
  readonly download?: { readonly filename?: string; readonly disposition?: 'attachment' | 'inline' };
  /** Image, video or document processing, such as `image/resize,w_200`. The answer is then not the object itself. */
  readonly process?: string;
  /** Bandwidth limit in bit/s: 819200 to 838860800. */
  readonly trafficLimit?: number;
  /** The holder pays for requests and traffic: what a requester-pays bucket demands. */
  readonly requestPayer?: 'requester';
  /**
   * Only callers from this address or network may use the link, such as `203.0.113.7` or `203.0.113.0/24`.
   *
   * @experimental not yet seen on the real cloud
   */
  readonly sourceIp?: string;
  /**
   * Only callers from this VPC may use the link.
   *
   * @experimental not yet seen on the real cloud
   */
  readonly vpcId?: string;
  /** Signs `response-cache-control: private, no-store`, so that no cache keeps the content longer than the link lives. */
  readonly preventCaching?: boolean;
  /**
   * Gives one and the same URL within each window of this length, so that browsers and CDNs can cache it. The signature is
   * dated at the start of the window and lasts one window longer, so every holder has at least `expiresIn`. The URL also
   * changes when the credentials do.
   */
  readonly stableWindow?: Duration;
  /** Also signs a HEAD link for the same object: a GET link does not work for HEAD. */
  readonly headTwin?: boolean;
  /**
   * Allows a link that shows HTML, SVG or XML in the browser: scripts in it run with the rights of the bucket's domain.
   *
   * @default false
   */
  readonly allowInlineMarkup?: boolean;
  /** Headers that the holder must send. `content-type`, `content-md5` and `x-oss-*` are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** V4 only: further headers to sign. `host` binds the link to its host. */
  readonly additionalHeaders?: readonly string[];
  /** Further query parameters. */
  readonly query?: Readonly<Record<string, string | null>>;
  /** Another endpoint for this link, such as `{ network: 'internal' }`; the region carries over. */
  readonly endpoint?: EndpointOptions;
}

/** One link to sign. */
export type PresignRequest = Lifetime & PresignFields;

/** A signed link and the truth about it. */
export interface PresignedUrl {
  /** The link. Use it as it is: another encoding or a further parameter breaks the signature. Holds a token with temporary credentials. */
  readonly url: string;
  readonly method: string;
  /** Headers that must be sent with it, exactly; empty for a plain GET. */
  readonly signedHeaders: Readonly<Record<string, string>>;
  /** When the link really stops working. */
  readonly expiration: Date;
  /** When it was asked to, a `stableWindow` included. */
  readonly requestedExpiration: Date;
  /** What set the end: the request itself, the credentials' expiration, or V4's seven days. */
  readonly limitedBy: 'request' | 'credential' | 'signature-version';
  /** The HEAD link, where `headTwin` asked for one. It ends with the link itself. */
  readonly headUrl?: string;
}

/** Result of one item of a batch. */
export type BatchResult<I, T> =
  | { readonly ok: true; readonly input: I; readonly value: T }
  | { readonly ok: false; readonly input: I; readonly error: Error };

/** Options of one call. */
export interface PresignCallOptions {
  readonly signal?: AbortSignal;
}

/** Signs links. */
export interface Presigner {
  /**
   * Signs one link. No network, unless credentials must be fetched.
   *
   * @throws PresignError when the link cannot live as long as it should
   * @throws TypeError or RangeError for options that are wrong in themselves
   * @throws SigningError or CredentialError from below
   */
  presign(request: PresignRequest, options?: PresignCallOptions): Promise<PresignedUrl>;
  /** Signs one after another, as the results are taken. A request that fails is one failed result. */
  presignMany(
    requests: Iterable<PresignRequest> | AsyncIterable<PresignRequest>,
    options?: PresignCallOptions,
  ): AsyncIterable<BatchResult<PresignRequest, PresignedUrl>>;
}
