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
import type { PostFields } from './form.ts';

const RESERVED =
  /^(?:key|file|policy|signature|ossaccesskeyid|x-oss-(?:signature|signature-version|credential|date|security-token))$/;

/**
 * Names the fields that the form sends, apart from its key and its signature.
 *
 * @throws TypeError for a field that is reserved or given twice
 */
export function formFields(request: PostFields): Readonly<Record<string, string>> {
  const { contentType, conditions = [] } = request;
  const given = Object.entries(request.fields ?? {});
  const names = new Set<string>(conditions.map(([, name]) => name.slice(1).toLowerCase()));
  for (const [name] of given) {
    const lower = name.toLowerCase();
    if (RESERVED.test(lower)) throw new TypeError(`fields.${name} must not be given: the presigner sets this field`);
    if (given.some(([other]) => other !== name && other.toLowerCase() === lower)) {
      throw new TypeError(`fields.${name} is given twice: OSS does not tell the case of names apart`);
    }
    names.add(lower);
  }
  if (contentType !== undefined && names.has('content-type')) {
    throw new TypeError('contentType and another option both bind the field content-type');
  }
  return {
    ...defined({
      'x-oss-object-acl': names.has('x-oss-object-acl') ? undefined : 'default',
      'content-type': typeof contentType === 'string' ? contentType : undefined,
    }),
    ...request.fields,
  };
}

const MAX_FILE_BYTES = 5 * 1024 ** 3;

/**
 * Turns a form's options into the conditions of its policy. A condition binds each field that the form sends.
 *
 * @param fields the form's fields, those of the signature included
 * @throws SigningError for a key that OSS refuses
 * @throws RangeError for a size that OSS refuses
 * @throws TypeError for a prefix that allows everything
 */
export function buildConditions(
  request: PostFields,
  bucket: string,
  fields: Readonly<Record<string, string>>,
): readonly unknown[] {
  const conditions: unknown[] = [{ bucket }, keyCondition(request.key)];
  const { contentLength, contentType } = request;
  if (contentLength !== undefined) {
    const { min, max } = contentLength;
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min || max > MAX_FILE_BYTES) {
      throw new RangeError(`contentLength must be whole bytes with 0 <= min <= max <= ${MAX_FILE_BYTES} (5 GiB)`);
    }
    conditions.push(['content-length-range', min, max]);
  }
  if (contentType !== undefined && typeof contentType !== 'string') {
    conditions.push(
      'startsWith' in contentType
        ? ['starts-with', '$content-type', contentType.startsWith]
        : ['in', '$content-type', contentType],
    );
  }
  conditions.push(...(request.conditions ?? []));
  for (const [name, value] of Object.entries(fields)) conditions.push(['eq', `$${name}`, value]);
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
