import type { XmlValue } from './http/xml.ts';

/** A refusal as the cloud words it. */
export interface FailureParts {
  readonly status: number;
  /** Such as `SignatureDoesNotMatch`. */
  readonly code: string;
  readonly message: string;
  /** OSS's fine error code, such as `0002-00000040`. */
  readonly ec?: string;
  /** Further elements of the error body, such as `StringToSign`. */
  readonly details?: Readonly<Record<string, XmlValue>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown by any step of a request; answered as an error body. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly parts: FailureParts;

  constructor(parts: FailureParts) {
    super(`${parts.code}: ${parts.message}`);
    this.parts = parts;
  }
}

/** 400 InvalidArgument, the cloud's word for most malformed requests. */
export function invalidArgument(message: string, ec?: string, details?: Readonly<Record<string, XmlValue>>): Failure {
  return new Failure({
    status: 400,
    code: 'InvalidArgument',
    message,
    ...(ec === undefined ? {} : { ec }),
    ...(details === undefined ? {} : { details }),
  });
}

/** 403 AccessDenied. */
export function accessDenied(message: string, ec?: string, details?: Readonly<Record<string, XmlValue>>): Failure {
  return new Failure({
    status: 403,
    code: 'AccessDenied',
    message,
    ...(ec === undefined ? {} : { ec }),
    ...(details === undefined ? {} : { details }),
  });
}

/** 400 InvalidDigest. */
export function invalidDigest(): Failure {
  return new Failure({
    status: 400,
    code: 'InvalidDigest',
    message: 'The Content-MD5 you specified was invalid.',
    ec: '0017-00000604',
  });
}
