import { defined } from '@ossgrant/credentials-core/internal';
import type { Endpoint } from '../endpoint.ts';
import type { SigningCache } from './signing-cache.ts';

/** A request to OSS before it is signed. Key and values are plain text: nothing is encoded yet. */
export interface OssRequest {
  /** HTTP method; signed in upper case. */
  readonly method: string;
  /** From `resolveEndpoint`. */
  readonly endpoint: Endpoint;
  /** Absent for service requests such as listing buckets. */
  readonly bucket?: string;
  /** Object key, decoded. Absent for bucket requests. */
  readonly key?: string;
  /** Query parameters, decoded. `null` and `''` both mean a bare name, as in `?acl`. */
  readonly query?: Readonly<Record<string, string | null>>;
  /** Headers that will be sent. `content-type`, `content-md5` and every `x-oss-*` are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** V4 only: further header names to sign, such as `host`. Names that are not sent are left out, except `host`. */
  readonly additionalHeaders?: readonly string[];
}

/** A signed request. Send exactly this: build the URL as `origin + path`, and do not encode it again. */
export interface SignedRequest {
  /** HTTP method in upper case, as signed. */
  readonly method: string;
  /** Scheme, host and port, the bucket included where it belongs to the host. */
  readonly origin: string;
  /** Path and query, exactly as signed. */
  readonly path: string;
  /** All headers that must be sent; none of them is optional. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Options of every signer. */
export interface SignOptions {
  /** The signing instant; fractions of a second are dropped. OSS tolerates 15 minutes either way. */
  readonly date: Date;
  /** Keeps what signatures share, such as the day's V4 key. Without it each call derives its own. */
  readonly cache?: SigningCache;
  /** Receives the texts that were signed. */
  readonly onTrace?: (trace: SigningTrace) => void;
}

/** Options of the URL signers. */
export interface UrlSignOptions extends SignOptions {
  /** Life of the link from `date`, in whole seconds. V4: 1 to 604800; V1: no maximum is documented. */
  readonly expiresInSeconds: number;
}

/** The texts of a signature, for a person who compares them with the server's. */
export interface SigningTexts {
  /** V4 only. */
  readonly canonicalRequest?: string;
  /** The signed text. */
  readonly stringToSign: string;
}

/** The texts with tokens masked. */
export interface SigningTrace extends SigningTexts {
  /** Signature version that the texts belong to. */
  readonly version: 'v4' | 'v1';
  /** The texts exactly as signed, tokens included: keep them out of logs. */
  reveal(): SigningTexts;
}

/** Masks the token, plain and percent-encoded, in the texts of one signature. */
export function createTrace(version: 'v4' | 'v1', texts: SigningTexts, tokens: readonly string[]): SigningTrace {
  const mask = (text: string): string => tokens.reduce((masked, token) => masked.replaceAll(token, '[redacted]'), text);
  return {
    version,
    ...defined({ canonicalRequest: texts.canonicalRequest === undefined ? undefined : mask(texts.canonicalRequest) }),
    stringToSign: mask(texts.stringToSign),
    reveal: () => texts,
  };
}
