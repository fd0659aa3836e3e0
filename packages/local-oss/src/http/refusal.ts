import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from './ec.ts';
import type { XmlValue } from './xml.ts';

/** A refusal in the cloud's words. */
export interface RefusalParts {
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

/** Thrown by any step of a request; sent as an error body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly parts: RefusalParts;

  constructor(parts: RefusalParts) {
    super(`${parts.code}: ${parts.message}`);
    this.parts = parts;
  }
}

/** 400 InvalidArgument, the cloud's code for most malformed requests. */
export function invalidArgument(message: string, ec?: string, details?: Readonly<Record<string, XmlValue>>): Refusal {
  return new Refusal({
    status: 400,
    code: 'InvalidArgument',
    message,
    ...defined({ ec, details }),
  });
}

/** 403 AccessDenied. */
export function accessDenied(message: string, ec?: string, details?: Readonly<Record<string, XmlValue>>): Refusal {
  return new Refusal({
    status: 403,
    code: 'AccessDenied',
    message,
    ...defined({ ec, details }),
  });
}

/** 400 InvalidDigest. */
export function invalidDigest(): Refusal {
  return new Refusal({
    status: 400,
    code: 'InvalidDigest',
    message: 'The Content-MD5 you specified was invalid.',
    ec: EC.digestDiffers,
  });
}

/** 404 NoSuchBucket. */
export function noSuchBucket(name: string): Refusal {
  return new Refusal({
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist.',
    ec: EC.noSuchBucket,
    details: { BucketName: name },
  });
}

/** 404 NoSuchKey. */
export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): Refusal {
  return new Refusal({
    status: 404,
    code: 'NoSuchKey',
    message: 'The specified key does not exist.',
    ec: EC.noSuchKey,
    details: { Key: key },
    headers,
  });
}

/** 404 NoSuchVersion. */
export function noSuchVersion(key: string, versionId: string): Refusal {
  return new Refusal({
    status: 404,
    code: 'NoSuchVersion',
    message: 'The specified version does not exist.',
    details: { Key: key, VersionId: versionId },
  });
}

/** 400 MissingArgument. */
export function missingArgument(name: string, ec?: string): Refusal {
  return new Refusal({
    status: 400,
    code: 'MissingArgument',
    message: 'Missing Some Required Arguments.',
    details: { ArgumentName: name },
    ...defined({ ec }),
  });
}

/** 400 MalformedXML: well-formed XML that does not match the schema. */
export function malformedXml(ec?: string, details?: RefusalParts['details']): Refusal {
  return new Refusal({
    status: 400,
    code: 'MalformedXML',
    message: 'The XML you provided was not well-formed or did not validate against our published schema.',
    ...defined({ ec, details }),
  });
}

/** 501: a feature of OSS that this server lacks. */
export function notImplemented(what: string): Refusal {
  return new Refusal({
    status: 501,
    code: 'NotImplemented',
    message: `local-oss does not support ${what}.`,
  });
}
