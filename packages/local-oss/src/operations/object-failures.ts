import { Failure } from '../failure.ts';
import type { Address } from '../http/address.ts';
import type { ServerContext } from '../server-context.ts';
import { noSuchBucket } from '../store/no-such-bucket.ts';
import type { Bucket } from '../store/object-store.ts';

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

/** @throws Failure 404 NoSuchBucket */
export function requireBucket(context: ServerContext, name: string): Bucket {
  const bucket = context.store.bucket(name);
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}

/** 405: OSS has no such method. */
export function methodNotAllowed(method: string, address: Address): Failure {
  const resource = address.bucket === undefined ? 'Service' : 'Bucket';
  return new Failure({
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    details: { Method: method, ResourceType: address.key === undefined ? resource : 'Object' },
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
