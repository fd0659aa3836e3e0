import { encodePath, encodeRfc3986 } from '@ossgrant/signer-core/steps';
import type { ServerError } from './server-error.ts';

/** A request as a server's echo shows it. */
export interface EchoedRequest {
  readonly url: string;
  readonly method: string;
  /** Those that are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Puts a request together again from the texts that a server echoes with SignatureDoesNotMatch. The host is not among them, so the
 * URL has one that stands for any.
 *
 * @returns `undefined` when the error echoes nothing, or what cannot be read
 */
export function requestInEcho(error: ServerError): EchoedRequest | undefined {
  const { canonicalRequest, stringToSign } = error;
  if (canonicalRequest !== undefined) return fromV4(canonicalRequest, error);
  return stringToSign === undefined ? undefined : fromV1(stringToSign, error);
}

function fromV4(text: string, { stringToSign, accessKeyId = '', signatureProvided = '' }: ServerError) {
  const [method = '', uri = '', query = '', ...rest] = text.split('\n');
  const empty = rest.indexOf('');
  if (!/^[A-Z]+$/.test(method) || !uri.startsWith('/') || empty === -1) return undefined;
  const headers = headersIn(rest.slice(0, empty));
  const path = splitBucket(uri);
  if (query.includes('x-oss-credential=')) {
    return { url: urlOf(path, `${query}&x-oss-signature=${signatureProvided}`), method, headers };
  }
  const scope = stringToSign?.split('\n')[2] ?? '';
  const additional = rest[empty + 1] ?? '';
  const list = additional === '' ? '' : `,AdditionalHeaders=${additional}`;
  const authorization = `OSS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}${list},Signature=${signatureProvided}`;
  return { url: urlOf(path, query), method, headers: { ...headers, authorization } };
}

function fromV1(text: string, { accessKeyId = '', signatureProvided = '' }: ServerError): EchoedRequest | undefined {
  const [method = '', md5 = '', type = '', date = '', ...rest] = text.split('\n');
  const resource = rest.at(-1) ?? '';
  if (!/^[A-Z]+$/.test(method) || !resource.startsWith('/')) return undefined;
  const headers = {
    ...(md5 === '' ? {} : { 'content-md5': md5 }),
    ...(type === '' ? {} : { 'content-type': type }),
    ...headersIn(rest.slice(0, -1)),
  };
  const question = resource.indexOf('?');
  const path = splitBucket(encodePath(question === -1 ? resource : resource.slice(0, question)));
  const sub =
    question === -1
      ? []
      : resource
          .slice(question + 1)
          .split('&')
          .map(encodePair);
  if (!/^\d+$/.test(date)) {
    const authorization = `OSS ${accessKeyId}:${signatureProvided}`;
    return { url: urlOf(path, sub.join('&')), method, headers: { date, ...headers, authorization } };
  }
  const signature = `Signature=${encodeRfc3986(signatureProvided)}`;
  const query = [`OSSAccessKeyId=${encodeRfc3986(accessKeyId)}`, `Expires=${date}`, signature, ...sub].join('&');
  return { url: urlOf(path, query), method, headers };
}

function headersIn(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const),
  );
}

interface BucketPath {
  readonly bucket: string;
  readonly rest: string;
}

function splitBucket(uri: string): BucketPath {
  const slash = uri.indexOf('/', 1);
  return slash === -1 ? { bucket: uri.slice(1), rest: '/' } : { bucket: uri.slice(1, slash), rest: uri.slice(slash) };
}

// Its name says which bucket, and of no region.
function urlOf({ bucket, rest }: BucketPath, query: string): string {
  const host = `${bucket === '' ? '' : `${bucket}.`}oss-accelerate.aliyuncs.com`;
  return `https://${host}${rest}${query === '' ? '' : `?${query}`}`;
}

function encodePair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals === -1) return encodeRfc3986(pair);
  return `${encodeRfc3986(pair.slice(0, equals))}=${encodeRfc3986(pair.slice(equals + 1))}`;
}
