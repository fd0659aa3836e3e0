import { Failure } from '../failure.ts';

/** What the cloud shows of a signature that does not match. There is no expected signature among it. */
export interface MismatchParts {
  readonly accessKeyId: string;
  readonly provided: string;
  readonly stringToSign: string;
  readonly canonicalRequest?: string;
  readonly ec: string;
}

/** 403 SignatureDoesNotMatch. */
export function signatureMismatch(parts: MismatchParts): Failure {
  const bytes = [...Buffer.from(parts.stringToSign)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  return new Failure({
    status: 403,
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ec: parts.ec,
    details: {
      OSSAccessKeyId: parts.accessKeyId,
      SignatureProvided: parts.provided,
      StringToSign: parts.stringToSign,
      StringToSignBytes: bytes.join(' '),
      ...(parts.canonicalRequest === undefined ? {} : { CanonicalRequest: parts.canonicalRequest }),
    },
  });
}
