import type { ServerNames } from './certificates.ts';

// `*` stands for one label, and Node takes it only with two labels behind it.
const HOSTS = ['localhost', '*.localhost', 'oss.localhost', 'sts.localhost', '*.oss.localhost', '*.aliyuncs.com'];

/** Names that clients may reach a server by over TLS, by path or by virtual host. */
export function ownNames(options: {
  readonly region: string;
  readonly cnames: Iterable<string>;
  /** Address that the server listens on. */
  readonly address: string;
}): ServerNames {
  const { region, cnames, address } = options;
  const endpoints = [`oss-${region}.localhost`, `oss-${region}.aliyuncs.com`, `oss-${region}-internal.aliyuncs.com`];
  return {
    hosts: [
      ...new Set([
        ...HOSTS,
        ...endpoints,
        ...endpoints.map((endpoint) => `*.${endpoint}`),
        `sts.${region}.aliyuncs.com`,
        `sts-vpc.${region}.aliyuncs.com`,
        ...cnames,
      ]),
    ],
    addresses: [...new Set(['127.0.0.1', '::1', address])],
  };
}
