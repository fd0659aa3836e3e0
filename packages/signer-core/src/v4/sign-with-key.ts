import type { Credentials } from '../credentials/contracts.ts';
import { SigningError } from '../errors/signing-error.ts';
import { encodeRfc3986 } from '../request/encode.ts';
import type { OssRequest } from '../request/oss-request.ts';
import type { SignOptions } from '../request/sign-options.ts';
import { createTrace } from '../trace/signing-trace.ts';
import type { ScopeV4 } from './scope.ts';
import { scopeTextV4 } from './scope.ts';
import { signingKeyV4 } from './signing-key.ts';
import { stringToSignV4 } from './string-to-sign.ts';

/** @throws SigningError `REGION_UNKNOWN` */
export function scopeOf(request: OssRequest, timestamp: string): ScopeV4 {
  const { region, product } = request.endpoint;
  if (region === undefined) {
    throw new SigningError(
      'REGION_UNKNOWN',
      `V4 signs the region, and the host ${new URL(request.endpoint.origin).hostname} does not tell it: give region, such as "cn-hangzhou"`,
    );
  }
  return { day: timestamp.slice(0, 8), region, product };
}

/** What both V4 signers do last: string to sign, signature, trace. */
export function signCanonicalRequest(
  signed: { readonly canonicalRequest: string; readonly timestamp: string; readonly scope: ScopeV4 },
  credentials: Credentials,
  options: SignOptions,
): string {
  const { canonicalRequest, timestamp, scope } = signed;
  const stringToSign = stringToSignV4({ timestamp, scope: scopeTextV4(scope), canonicalRequest });
  const key =
    options.cache === undefined
      ? signingKeyV4(credentials.accessKeySecret, scope)
      : options.cache.signingKey(credentials, scope);
  if (options.onTrace !== undefined) {
    const token = credentials.securityToken;
    const tokens = token === undefined ? [] : [token, encodeRfc3986(token)];
    options.onTrace(createTrace('v4', { canonicalRequest, stringToSign }, tokens));
  }
  return key.sign(stringToSign);
}
