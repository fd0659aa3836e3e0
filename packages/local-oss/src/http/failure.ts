import type { XmlValue } from './xml.ts';

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

/** 404 NoSuchBucket. */
export function noSuchBucket(name: string): Failure {
  return new Failure({
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist.',
    ec: '0015-00000101',
    details: { BucketName: name },
  });
}

/** 404 NoSuchKey. */
export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): Failure {
  return new Failure({
    status: 404,
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    ec: '0026-00000001',
    details: { Key: key },
    headers,
  });
}

/** 404 NoSuchVersion. */
export function noSuchVersion(key: string, versionId: string): Failure {
  return new Failure({
    status: 404,
    code: 'NoSuchVersion',
    message: 'The specified version does not exist.',
    details: { Key: key, VersionId: versionId },
  });
}

/** 400 MissingArgument. */
export function missingArgument(name: string, ec?: string): Failure {
  return new Failure({
    status: 400,
    code: 'MissingArgument',
    message: 'Missing Some Required Arguments.',
    details: { ArgumentName: name },
    ...(ec === undefined ? {} : { ec }),
  });
}

/** 400 MalformedXML: it can be read, but does not say what it must. */
export function malformedXml(ec?: string): Failure {
  return new Failure({
    status: 400,
    code: 'MalformedXML',
    message: 'The XML you provided was not well-formed or did not validate against our published schema.',
    ...(ec === undefined ? {} : { ec }),
  });
}

/** 501: OSS has it, this server has not. */
export function notImplemented(what: string): Failure {
  return new Failure({
    status: 501,
    code: 'NotImplemented',
    message: `local-oss does not know ${what}.`,
  });
}
