/** Where OSS is, as a user says it. */
export interface EndpointOptions {
  /** Region id without `oss-`, such as `cn-hangzhou`. Needed for V4 unless the endpoint's host tells it. */
  readonly region?: string;
  /** Host, optional port, optional scheme: `oss-cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:9000`. https unless it says `http://`. */
  readonly endpoint?: string;
  /**
   * Which of the region's own hosts to use. Not together with `endpoint`.
   *
   * @default 'public'
   */
  readonly network?: 'public' | 'internal' | 'accelerate' | 'accelerate-overseas' | 'dual-stack';
  /**
   * How the bucket is addressed. By default `path` for IP addresses and `localhost`, `virtual-host` for
   * `*.aliyuncs.com` and `*.localhost`; another host must say it.
   */
  readonly addressing?: 'virtual-host' | 'path' | 'cname';
}

/** A resolved endpoint. */
export interface Endpoint {
  /** Scheme, host and port, without the bucket: `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly origin: string;
  readonly addressing: 'virtual-host' | 'path' | 'cname';
  /** Absent when the host does not tell it: then only V1 can be signed. */
  readonly region?: string;
  /** The product in V4's credential scope. */
  readonly product: 'oss' | 'oss-cloudbox';
}
