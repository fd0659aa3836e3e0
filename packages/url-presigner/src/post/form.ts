import {
  nestedOptions,
  optional,
  optionsCheck,
  takes,
  type OptionsCheck,
  type OptionTable,
} from '@ossgrant/credentials-core/internal';
import { LIFETIME, oneEndpoint, type LifetimeFields } from '../presign-options.ts';
import type { Lifetime, PresignCallOptions, PresignedUrl, PresignRequest } from '../presigner.ts';

/** One condition of a form's policy. Field names are written with a `$`, as in `$content-type`. */
export type PostCondition =
  | readonly ['eq' | 'starts-with', `$${string}`, string]
  | readonly ['in' | 'not-in', `$${string}`, readonly string[]];

/**
 * Contents of an upload form: the key that it may write, and what else binds the upload.
 *
 * OSS checks the fields that a condition names, and lets the uploader add any other: an unbound field is the uploader's
 * choice. A field that a condition names must be sent.
 */
export interface PostFields {
  /** The one key that may be written, or `{ startsWith }` for any key that begins so. */
  readonly key: string | { readonly startsWith: string };
  /** @default the presigner's bucket */
  readonly bucket?: string;
  /** Size of the file in bytes, both ends included. */
  readonly contentLength?: { readonly min: number; readonly max: number };
  /**
   * Binds the field `content-type`: to one type, which the form then sends, to one of several, or to a beginning such as `image/`.
   * Without it the uploader may store a page that browsers show and run.
   */
  readonly contentType?: string | readonly string[] | { readonly startsWith: string };
  /**
   * Further fields that the form sends with exactly these values, such as `x-oss-storage-class` or `success_action_status`.
   *
   * @default { 'x-oss-object-acl': 'default' } unless it or a condition names that field: the object gets the bucket's ACL
   */
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
  /** Instant from which OSS refuses the form. */
  readonly expiration: Date;
  /** The requested end. */
  readonly requestedExpiration: Date;
  /** The limit that set the end: the request itself, the credentials' expiration, or the signature version's. */
  readonly limitedBy: PresignedUrl['limitedBy'];
}

/** Signs upload forms. */
export interface PostPresigner {
  /**
   * Signs one form.
   *
   * @throws PresignError when the form cannot live as long as it should
   * @throws TypeError or RangeError for invalid options
   * @throws SigningError or CredentialError from the signer and the provider
   */
  presignPost(request: PostRequest, options?: PresignCallOptions): Promise<PresignedPost>;
}

const startsWith = nestedOptions<{ readonly startsWith: string }>({ startsWith: takes.text });

const condition = takes.special('a condition such as ["eq", "$name", "value"]', (value) => {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [mode, field, bound] = value as readonly unknown[];
  if (typeof field !== 'string' || !field.startsWith('$')) return false;
  if (mode === 'eq' || mode === 'starts-with') return typeof bound === 'string';
  return (mode === 'in' || mode === 'not-in') && takes.texts.accepts(bound);
});

const FORM: OptionTable<PostFields & LifetimeFields> = {
  ...LIFETIME,
  key: { ...takes.either(takes.text, startsWith), takes: 'a key, or { startsWith } with the beginning of keys' },
  bucket: optional(takes.text),
  contentLength: optional(
    nestedOptions<NonNullable<PostFields['contentLength']>>({ min: takes.number, max: takes.number }),
  ),
  contentType: optional({
    ...takes.either(takes.filledText, takes.texts, startsWith),
    takes: 'a content type, an array of them, or { startsWith } with the beginning of types',
  }),
  fields: optional(takes.textMap),
  conditions: optional(takes.listOf(condition)),
  endpoint: optional(oneEndpoint),
};

/** Checks one request of `presignPost`. @throws TypeError */
export const checkForm: OptionsCheck = optionsCheck('presignPost', FORM, {
  expires: 'expiresIn',
  expiration: 'expiresAt',
});
