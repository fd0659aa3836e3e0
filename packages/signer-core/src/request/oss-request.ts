import type { Endpoint } from '../endpoint/endpoint.ts';

/** A request to OSS before it is signed. Key and values are plain text: nothing is encoded yet. */
export interface OssRequest {
  /** HTTP method; signed in upper case. */
  readonly method: string;
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

/** A signed request. What goes out is exactly this: build the URL as `origin + path` and do not encode again. */
export interface SignedRequest {
  readonly method: string;
  readonly origin: string;
  /** Path and query, exactly as signed. */
  readonly path: string;
  /** All headers that must be sent, none of them optional. */
  readonly headers: Readonly<Record<string, string>>;
}
