import type { Clock, CredentialInput } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';

/** A length of time: a number of seconds, or text with a unit such as `15m`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`;

/** Options of `createPresigner`. */
export interface PresignerOptions extends EndpointOptions {
  /** Credentials that sign. Sources and functions get a cache; the secret never leaves this process. */
  readonly credentials: CredentialInput;
  /** Bucket for requests that do not name one. */
  readonly bucket?: string;
  /**
   * Signature version. V1 is being retired by the cloud.
   *
   * @default 'v4'
   */
  readonly version?: 'v4' | 'v1';
  /**
   * Life of links whose request sets none.
   *
   * @default 900
   */
  readonly expiresIn?: Duration;
  /**
   * When the credentials, or V4's seven days, end before the link should: `error` refuses, `clamp` shortens the link and
   * reports it in `limitedBy`. Temporary credentials without an `expiration` count as ending twelve hours after the signature, as
   * no security token lives longer.
   *
   * @default 'error'
   */
  readonly ifShorter?: 'error' | 'clamp';
  /** Called once, when the presigner is made, about a choice that will stop working. */
  readonly onWarning?: (warning: PresignWarning) => void;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

/** A choice that will stop working, or that is plainly meant otherwise. */
export interface PresignWarning {
  /**
   * - `V1_IS_RETIRING`: new buckets refuse V1 signatures. Goes to `onWarning`; the others are in a link's `warnings`.
   * - `KEY_IS_URL`, `KEY_ENCODED`, `PARAMETER_IN_KEY`: the key is a URL, percent-encoded already, or has a parameter behind it.
   * - `WATERMARK_BASE64`: text of a watermark is in the alphabet of Base64 that OSS does not take.
   * - `INLINE_ON_DEFAULT_DOMAIN`, `APP_ON_DEFAULT_DOMAIN`: OSS's own domains force a download, and deliver no APK or IPA file.
   */
  readonly code:
    | 'V1_IS_RETIRING'
    | 'KEY_IS_URL'
    | 'KEY_ENCODED'
    | 'PARAMETER_IN_KEY'
    | 'WATERMARK_BASE64'
    | 'INLINE_ON_DEFAULT_DOMAIN'
    | 'APP_ON_DEFAULT_DOMAIN';
  /** The probable fault and its remedy, in English. */
  readonly message: string;
}

/** When a link ends: after a duration or at an instant. */
export type Lifetime =
  | { readonly expiresIn?: Duration; readonly expiresAt?: never }
  | { readonly expiresAt: Date; readonly expiresIn?: never };

/** Headers that the response carries instead of the object's own. */
export interface ResponseOverrides {
  /** Such as `application/pdf`. OSS's own domains still force a download for what a browser would show. */
  readonly contentType?: string;
  /** Such as `en-GB`. */
  readonly contentLanguage?: string;
  /** An HTTP date, until which caches may keep the content. */
  readonly expires?: string;
  /** Such as `private, max-age=60`. */
  readonly cacheControl?: string;
  /** The raw header. `download` writes one from a file name, of any characters. */
  readonly contentDisposition?: string;
  /** Such as `gzip`: clients decode the content by it. */
  readonly contentEncoding?: string;
}

/** The request that a link allows. */
export interface PresignFields {
  /** Object key, not encoded. */
  readonly key: string;
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** @default 'GET' */
  readonly method?: string;
  /** Version of the object. @default the newest when the link is used */
  readonly versionId?: string;
  /** Headers that the response carries instead of the object's own. @default the object's own */
  readonly response?: ResponseOverrides;
  /** How a browser saves the object: sets the response's Content-Disposition. Folders in `filename` are dropped. */
  readonly download?: { readonly filename?: string; readonly disposition?: 'attachment' | 'inline' };
  /** Image, video or document processing, such as `image/resize,w_200`. The response is then not the object itself. */
  readonly process?: string;
  /** Bandwidth limit in bit/s: 819200 to 838860800. */
  readonly trafficLimit?: number;
  /** The holder pays for requests and traffic, as a requester-pays bucket demands. */
  readonly requestPayer?: 'requester';
  /**
   * Binds the link to callers from this address or network, such as `203.0.113.7` or `203.0.113.0/24`.
   *
   * @experimental not yet seen on the real cloud
   */
  readonly sourceIp?: string;
  /**
   * Binds the link to callers from this VPC.
   *
   * @experimental not yet seen on the real cloud
   */
  readonly vpcId?: string;
  /** Signs `response-cache-control: private, no-store`, so that no cache keeps the content longer than the link lives. */
  readonly preventCaching?: boolean;
  /**
   * Returns the same URL throughout each window of this length, so that browsers and CDNs can cache it. The signature is
   * dated at the start of the window and lasts one window longer, so every holder has at least `expiresIn`. New credentials
   * also change the URL.
   */
  readonly stableWindow?: Duration;
  /** Also signs a HEAD link for the same object: a GET link does not work for HEAD. */
  readonly headTwin?: boolean;
  /**
   * Allows a link that sets a disposition or type with which a browser may show a page, whose scripts run with the rights of the
   * bucket's domain.
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

/** A signed link, and when it really ends. */
export interface PresignedUrl {
  /** The link. Any other encoding or further parameter breaks the signature. With temporary credentials it holds their token. */
  readonly url: string;
  /** The one HTTP method that the link works for, in upper case. */
  readonly method: string;
  /** Headers that must be sent with it, exactly; empty for a plain GET. */
  readonly signedHeaders: Readonly<Record<string, string>>;
  /** Instant from which OSS refuses the link. */
  readonly expiration: Date;
  /** The end that was asked for, a `stableWindow` included. */
  readonly requestedExpiration: Date;
  /** The limit that set the end: the request itself, the credentials' expiration, or V4's seven days. */
  readonly limitedBy: 'request' | 'credential' | 'signature-version';
  /** The HEAD link, where `headTwin` asked for one. It ends with the link itself. */
  readonly headUrl?: string;
  /** Probable mistakes in the request; absent when there are none. */
  readonly warnings?: readonly PresignWarning[];
}

/** Result for one item of a batch. */
export type BatchResult<I, T> =
  | { readonly ok: true; readonly input: I; readonly value: T }
  | { readonly ok: false; readonly input: I; readonly error: Error };

/** Options of one call. */
export interface PresignCallOptions {
  /** Ends the wait for credentials. Signing itself does not wait. */
  readonly signal?: AbortSignal;
}

/** Signs links. */
export interface Presigner {
  /**
   * Signs one link. Uses the network only when the provider has to fetch credentials.
   *
   * @throws PresignError when the link cannot live as long as it should
   * @throws TypeError or RangeError for invalid options
   * @throws SigningError or CredentialError from the signer and the provider
   */
  presign(request: PresignRequest, options?: PresignCallOptions): Promise<PresignedUrl>;
  /** Signs one link after another, as the caller takes the results. A request that fails becomes one failed result. */
  presignMany(
    requests: Iterable<PresignRequest> | AsyncIterable<PresignRequest>,
    options?: PresignCallOptions,
  ): AsyncIterable<BatchResult<PresignRequest, PresignedUrl>>;
}
