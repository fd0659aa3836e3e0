import OSS from 'ali-oss';
import { Agent } from 'node:http';
import type { Credentials } from '@ossgrant/credentials-core';
import type { LocalOss } from '@ossgrant/local-oss';

// Node does not resolve `*.localhost`, which curl and browsers do.
const agent = new Agent({
  lookup: (_, options, callback) =>
    options.all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
});

/** An unmodified ali-oss client, by virtual host as against the cloud. */
export function aliOss(
  oss: LocalOss,
  version: 'V1' | 'V4',
  extra: Partial<ConstructorParameters<typeof OSS>[0]> & { readonly credentials?: Credentials } = {},
): OSS {
  const { credentials = oss.owner, ...options } = extra;
  return new OSS({
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    ...(credentials.securityToken === undefined
      ? {}
      : { stsToken: credentials.securityToken, refreshSTSTokenInterval: 300_000 }),
    bucket: 'client-bucket',
    region: 'oss-cn-hangzhou',
    endpoint: oss.endpoint.replace('127.0.0.1', 'oss-cn-hangzhou.localhost'),
    authorizationV4: version === 'V4',
    agent,
    ...options,
  });
}

/** Fetches a link to `*.localhost` by its address, with the Host that it names, as a browser would. */
export async function fetchLink(
  link: string,
  init: {
    readonly method?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly agent?: Agent;
  } = {},
): Promise<{
  readonly status: number;
  readonly text: string;
}> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {} } = init;
    const outgoing = request(link, { method, headers, agent: init.agent ?? agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on('error', reject);
    outgoing.end(init.body);
  });
}
