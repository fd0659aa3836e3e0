import type { Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { assertKey, SigningError, type Endpoint } from '@ossgrant/signer-core';
import {
  ALGORITHM_V4,
  formatIsoBasic,
  scopeTextV4,
  signatureV1,
  signatureV4,
  signingKeyV4,
  type ScopeV4,
} from '@ossgrant/signer-core/steps';
import type { Lifetime, PresignCallOptions, PresignedUrl, PresignRequest } from '../presigner.ts';

/** One condition of a form's policy. Field names are written with a `$`, as in `$content-type`. */
export type PostCondition =
  | readonly ['eq' | 'starts-with', `$${string}`, string]
  | readonly ['in' | 'not-in', `$${string}`, readonly string[]];

/** Contents of an upload form: the key that it may write, and what else binds the upload. */
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
   * @throws TypeError or RangeError for invalid options
   * @throws SigningError or CredentialError from the signer and the provider
   */
  presignPost(request: PostRequest, options?: PresignCallOptions): Promise<PresignedPost>;
}

const MAX_FILE_BYTES = 5 * 1024 ** 3;

/**
 * Turns a form's options into the conditions of its policy. A condition binds each field that the form sends.
 *
 * @param signing fields that the signature adds
 * @throws SigningError for a key that OSS refuses
 * @throws RangeError for a size that OSS refuses
 * @throws TypeError for a prefix that allows everything
 */
export function buildConditions(
  request: PostFields,
  bucket: string,
  signing: Readonly<Record<string, string>>,
): readonly unknown[] {
  const conditions: unknown[] = [{ bucket }, keyCondition(request.key)];
  const { contentLength } = request;
  if (contentLength !== undefined) {
    const { min, max } = contentLength;
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min || max > MAX_FILE_BYTES) {
      throw new RangeError(`contentLength must be whole bytes with 0 <= min <= max <= ${MAX_FILE_BYTES} (5 GiB)`);
    }
    conditions.push(['content-length-range', min, max]);
  }
  conditions.push(...(request.conditions ?? []));
  for (const [name, value] of Object.entries({ ...request.fields, ...signing }))
    conditions.push(['eq', `$${name}`, value]);
  return conditions;
}

function keyCondition(key: PostFields['key']): readonly ['eq' | 'starts-with', '$key', string] {
  if (typeof key === 'string') {
    assertKey(key);
    return ['eq', '$key', key];
  }
  if (key.startsWith === '')
    throw new TypeError('key.startsWith must not be empty: the form could overwrite every object');
  assertKey(key.startsWith);
  return ['starts-with', '$key', key.startsWith];
}

/** Fields that a form's signature adds. */
export interface SignatureFields {
  /** Named in the policy too, so that nobody can exchange them. */
  readonly inPolicy: Readonly<Record<string, string>>;
  /** Beside the policy. */
  readonly besides: Readonly<Record<string, string>>;
  /** V4 only. */
  readonly scope?: ScopeV4;
}

/** @throws SigningError `REGION_UNKNOWN` for V4 without a region */
export function signatureFields(
  version: 'v4' | 'v1',
  credentials: Credentials,
  endpoint: Endpoint,
  date: Date,
): SignatureFields {
  const { accessKeyId, securityToken } = credentials;
  const token = defined({ 'x-oss-security-token': securityToken });
  if (version === 'v1') return { inPolicy: token, besides: { OSSAccessKeyId: accessKeyId } };
  const { region, product } = endpoint;
  if (region === undefined) throw new SigningError('REGION_UNKNOWN', 'V4 signs the region: set region');
  const timestamp = formatIsoBasic(date);
  const scope = { day: timestamp.slice(0, 8), region, product };
  const inPolicy = {
    'x-oss-signature-version': ALGORITHM_V4,
    'x-oss-credential': `${accessKeyId}/${scopeTextV4(scope)}`,
    'x-oss-date': timestamp,
    ...token,
  };
  return { inPolicy, besides: {}, scope };
}

/** The field that carries the signature of the encoded policy. */
export function signPolicy(
  policy: string,
  { accessKeySecret }: Credentials,
  scope: ScopeV4 | undefined,
): Readonly<Record<string, string>> {
  if (scope === undefined) return { Signature: signatureV1(accessKeySecret, policy) };
  return { 'x-oss-signature': signatureV4(signingKeyV4(accessKeySecret, scope), policy) };
}
