import type { Lifetime, PresignCallOptions, PresignedUrl, PresignRequest } from '../contracts.ts';

/** One condition of a form's policy. Field names are written with a `$`, as in `$content-type`. */
export type PostCondition =
  | readonly ['eq' | 'starts-with', `$${string}`, string]
  | readonly ['in' | 'not-in', `$${string}`, readonly string[]];

/** What a form may upload. */
export interface PostFields {
  /** The one key that may be written, or `{ startsWith }` for any key below a prefix. */
  readonly key: string | { readonly startsWith: string };
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** Size of the file in bytes, both ends included. */
  readonly contentLength?: { readonly min: number; readonly max: number };
  /** Further fields that the form sends with exactly these values, such as `x-oss-object-acl` or `success_action_status`. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Conditions on fields that the uploader chooses. */
  readonly conditions?: readonly PostCondition[];
  /** Another endpoint for this form. */
  readonly endpoint?: NonNullable<PresignRequest['endpoint']>;
}

/** One form to sign. */
export type PostRequest = Lifetime & PostFields;

/** A signed upload form. */
export interface PresignedPost {
  /** Where to post it as `multipart/form-data`. */
  readonly url: string;
  /** The form's fields, to be sent before the field `file`. With `{ startsWith }` the uploader sets `key` itself. */
  readonly fields: Readonly<Record<string, string>>;
  readonly expiration: Date;
  readonly requestedExpiration: Date;
  readonly limitedBy: PresignedUrl['limitedBy'];
}

/** Signs upload forms. */
export interface PostPresigner {
  /**
   * Signs one form.
   *
   * @throws PresignError when the form cannot live as long as it should
   * @throws TypeError or RangeError for options that are wrong in themselves
   * @throws SigningError or CredentialError from below
   */
  presignPost(request: PostRequest, options?: PresignCallOptions): Promise<PresignedPost>;
}
