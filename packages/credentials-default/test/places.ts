import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { cached, type Credentials } from '@ossgrant/credentials-core';
import { defaultChain, type DefaultChain } from '../src/default-chain.ts';
import type { DefaultChainOptions } from '../src/options.ts';

export const CLI = '/me/.aliyun/config.json';
export const INI = '/me/.alibabacloud/credentials';

/** A machine for one test: its environment and files are given, its metadata service and credentials server are real. */
export interface Places {
  readonly url: string;
  /** `METHOD path`, in order. */
  readonly asked: string[];
  /** What the metadata service answers from now on. */
  metadataStatus: number;
  start(
    env: Record<string, string>,
    files?: Readonly<Record<string, string | undefined>>,
    options?: DefaultChainOptions,
  ): DefaultChain;
  /** Writes an OIDC token to a real file; returns its path. */
  tokenFile(token: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts the servers. `/uri` gives the key `STS.uri`, the metadata service `STS.ecs`. */
export async function startPlaces(): Promise<Places> {
  const asked: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'POST') {
      response.end(stsAnswer(await readText(request)));
      return;
    }
    const AccessKeyId = request.url === '/uri' ? 'STS.uri' : 'STS.ecs';
    const rest = { AccessKeySecret: 'remote-secret', SecurityToken: 't', Expiration: '2999-01-01T00:00:00Z' };
    response.statusCode = request.url === '/uri' ? 200 : places.metadataStatus;
    response.end(request.url?.endsWith('/token') === true ? 'token' : JSON.stringify({ AccessKeyId, ...rest }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const places: Places = {
    url,
    asked,
    metadataStatus: 200,
    start(env, files = {}, options = {}) {
      const readFile = async (path: string): Promise<string> => {
        const text = files[path];
        if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        return text;
      };
      return defaultChain({ env, home: '/me', readFile, metadataEndpoint: url, ...options });
    },
    async tokenFile(token) {
      await writeFile(join(folder, 'token'), token);
      return join(folder, 'token');
    },
    async close() {
      await rm(folder, { recursive: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return places;
}

// STS as far as AssumeRoleWithOIDC goes: the key's id repeats what was sent.
function stsAnswer(form: string): string {
  const sent = new URLSearchParams(form);
  const AccessKeyId = `STS.${sent.get('Action')}.${sent.get('OIDCToken')}.${sent.get('RoleSessionName')}`;
  const rest = { AccessKeySecret: 'oidc-secret', SecurityToken: 't', Expiration: '2999-01-01T00:00:00Z' };
  return JSON.stringify({ Credentials: { AccessKeyId, ...rest } });
}

/** One fetch through a cache, as callers would. */
export async function obtain(chain: DefaultChain): Promise<Credentials> {
  const provider = cached(chain);
  try {
    return await provider.getCredentials();
  } finally {
    await provider.close();
  }
}

/** What the fetch throws. */
export const failing = (chain: DefaultChain): Promise<unknown> => obtain(chain).catch((error: unknown) => error);
