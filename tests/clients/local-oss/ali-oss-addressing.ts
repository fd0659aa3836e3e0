import { Agent, type ClientRequest } from 'node:http';
import type { LocalOss } from '@ossgrant/local-oss';

/** A name that the server's `cnames` must give to the client's bucket. */
export const OWN_DOMAIN = 'files.example.com';

/** Writes the whole URL into the request line, and dials the proxy: as a client does where one is set. */
class ProxyAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: string) {
    super();
    this.#proxy = new URL(proxy);
  }

  // Node's types have no name for what every agent of npm overrides.
  addRequest(request: ClientRequest, options: object): void {
    request.path = `http://${String(request.getHeader('host'))}${request.path}`;
    const { hostname: host, port } = this.#proxy;
    const base = Agent.prototype as unknown as { addRequest(request: ClientRequest, options: object): void };
    base.addRequest.call(this, request, { ...options, host, port: Number(port) });
  }
}

/** Ways to a bucket beside the virtual host under `*.localhost`, as options of ali-oss. */
export const ADDRESSING = [
  {
    how: 'path style',
    options: (oss: LocalOss) => ({
      sldEnable: true,
      endpoint: oss.endpoint.replace('127.0.0.1', 'oss-cn-hangzhou.localhost'),
    }),
  },
  {
    how: 'own domain',
    options: (oss: LocalOss) => ({ cname: true, endpoint: oss.endpoint.replace('127.0.0.1', OWN_DOMAIN) }),
  },
  {
    how: 'real name, through the server as proxy',
    options: (oss: LocalOss) => ({
      endpoint: 'http://oss-cn-hangzhou.aliyuncs.com',
      agent: new ProxyAgent(oss.endpoint),
    }),
  },
] as const;
