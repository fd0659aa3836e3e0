import { SigningError, type Credentials, type Endpoint } from '@ossgrant/signer-core';
import {
  ALGORITHM_V4,
  formatIsoBasic,
  scopeTextV4,
  signatureV1,
  signatureV4,
  signingKeyV4,
  type ScopeV4,
} from '@ossgrant/signer-core/steps';

/** Fields that a form's signature adds. */
export interface OwnFields {
  /** Named in the policy too, so that nobody can exchange them. */
  readonly inPolicy: Readonly<Record<string, string>>;
  /** Beside the policy. */
  readonly besides: Readonly<Record<string, string>>;
  /** V4 only. */
  readonly scope?: ScopeV4;
}

/** @throws SigningError `REGION_UNKNOWN` for V4 without a region */
export function ownFields(version: 'v4' | 'v1', credentials: Credentials, endpoint: Endpoint, date: Date): OwnFields {
  const { accessKeyId, securityToken } = credentials;
  const token = securityToken === undefined ? {} : { 'x-oss-security-token': securityToken };
  if (version === 'v1') return { inPolicy: token, besides: { OSSAccessKeyId: accessKeyId } };
  const { region, product } = endpoint;
  if (region === undefined) throw new SigningError('REGION_UNKNOWN', 'V4 signs the region: give region');
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

/** The signature's field: the encoded policy itself is what is signed. */
export function signPolicy(
  policy: string,
  { accessKeySecret }: Credentials,
  scope: ScopeV4 | undefined,
): Readonly<Record<string, string>> {
  if (scope === undefined) return { Signature: signatureV1(accessKeySecret, policy) };
  return { 'x-oss-signature': signatureV4(signingKeyV4(accessKeySecret, scope), policy) };
}
