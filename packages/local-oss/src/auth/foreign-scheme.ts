import { Failure, invalidArgument } from '../failure.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { EC } from './ec.ts';

/**
 * Recognises signatures that this server does not verify: OSS V2 and the S3 face's own. The cloud refuses them so where
 * they are not enabled.
 *
 * @returns the refusal, or `undefined` when there is none of them
 */
export function foreignScheme(request: RawRequest): Failure | undefined {
  const authorization = request.headers.get('authorization') ?? '';
  const version = parameter(request, 'x-oss-signature-version');
  const has = (name: string): boolean => parameter(request, name) !== undefined;
  if (authorization.startsWith('OSS2 ') || version === 'OSS2') return notEnabled('OSS V2', EC.v2NotEnabled);
  if (authorization.startsWith('AWS4-') || has('X-Amz-Algorithm') || has('X-Amz-Signature')) {
    return notEnabled('S3-compatible V4', EC.s3V4NotEnabled);
  }
  if (authorization.startsWith('AWS ') || has('AWSAccessKeyId')) {
    return notEnabled('S3-compatible V2', EC.s3V2NotEnabled);
  }
  if (version !== undefined && version !== 'OSS4-HMAC-SHA256') {
    return invalidArgument('The x-oss-signature-version is invalid.', EC.signatureVersionUnknown);
  }
  if (version === undefined && (has('x-oss-credential') || has('x-oss-signature'))) {
    return invalidArgument('The x-oss-signature-version is missing.', EC.signatureVersionUnknown);
  }
  return undefined;
}

function notEnabled(scheme: string, ec: string): Failure {
  return new Failure({
    status: 400,
    code: 'InvalidArgument',
    message: `The ${scheme} signature is not enabled here: local-oss verifies OSS V1 and V4.`,
    ec,
  });
}
