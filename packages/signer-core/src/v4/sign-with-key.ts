import type { Credentials } from '../credentials/contracts.ts';
import { SigningError } from '../errors/signing-error.ts';
import type { SigningKey } from '../hash/hash.ts';
import { encodeRfc3986 } from '../request/encode.ts';
import type { OssRequest } from '../request/oss-request.ts';
import type { SignOptions } from '../request/sign-options.ts';
import { createTrace } from '../trace/signing-trace.ts';
import { stringToSignV4, type StringToSignPartsV4 } from './string-to-sign.ts';

/** @throws SigningError `REGION_UNKNOWN` */
export function regionOf(request: OssRequest): string {
  const { region, origin } = request.endpoint;
  if (region !== undefined) return region;
  throw new SigningError(
    'REGION_UNKNOWN',
    `V4 signs the region, and the host ${new URL(origin).hostname} does not tell it: give region, such as "cn-hangzhou"`,
  );
}

/** What both V4 signers do last: string to sign, trace, signature. */
export function signWithKey(
  key: SigningKey,
  signed: StringToSignPartsV4,
  credentials: Credentials,
  options: SignOptions,
): string {
  const stringToSign = stringToSignV4(signed);
  if (options.onTrace !== undefined) {
    const token = credentials.securityToken;
    const tokens = token === undefined ? [] : [token, encodeRfc3986(token)];
    options.onTrace(createTrace('v4', { canonicalRequest: signed.canonicalRequest, stringToSign }, tokens));
  }
  return key.sign(stringToSign);
}
