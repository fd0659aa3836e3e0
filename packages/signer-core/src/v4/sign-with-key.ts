import type { Credentials } from '../credentials/contracts.ts';
import { SigningError } from '../errors/signing-error.ts';
import type { SigningKey } from '../hash/hash.ts';
import { encodeRfc3986 } from '../request/encode.ts';
import type { OssRequest } from '../request/oss-request.ts';
import type { SignOptions } from '../request/sign-options.ts';
import { createTrace } from '../trace/signing-trace.ts';
import { hash } from '#hash';

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
  signed: { readonly canonicalRequest: string; readonly head: string },
  credentials: Credentials,
  options: SignOptions,
): string {
  const { canonicalRequest, head } = signed;
  const digest = hash.sha256Hex(canonicalRequest);
  if (options.onTrace !== undefined) {
    const token = credentials.securityToken;
    const tokens = token === undefined ? [] : [token, encodeRfc3986(token)];
    options.onTrace(createTrace('v4', { canonicalRequest, stringToSign: head + digest }, tokens));
  }
  return key.sign(head, digest);
}
