import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Credentials } from '@ossgrant/credentials-core';
import { createGrantCache } from '@ossgrant/credentials-sts';
import { createApiKeys, createGrantHandler } from '@ossgrant/grant-handler';
import { createPostgresStore, type Database, migrate } from '@ossgrant/grant-handler/postgres';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { createPresigner } from '@ossgrant/url-presigner';

/** Settings of the owner's server: plain data, so that it can run in another process. */
export interface ShareServerSettings {
  readonly endpoint: EndpointOptions;
  readonly bucket: string;
  readonly owner: Credentials;
  readonly roleArn?: string | undefined;
  readonly stsEndpoint?: string | undefined;
}

/** A running server of shares. */
export interface ShareServer {
  readonly url: string;
  /** API key of an owner of shares. */
  readonly key: string;
  close(): Promise<void>;
}

/** Starts the application server of `@ossgrant/grant-handler` on a free port. */
export async function startShareServer(settings: ShareServerSettings, database: Database): Promise<ShareServer> {
  const { endpoint, bucket, owner, roleArn, stsEndpoint } = settings;
  await migrate(database);
  const store = createPostgresStore(database);
  const keys = createApiKeys({ store });
  const { key } = await keys.make(
    { owner: 'owner', name: 'demo', scopes: [{ bucket, prefix: '', longestSeconds: 86_400 }] },
    'demo',
  );
  // Its address is known only once it listens, and shares are made of it.
  const server = createAdaptorServer({ fetch: (request) => handler.fetch(request) }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cache = createGrantCache({
    caller: owner,
    ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
  });
  const handler = createGrantHandler({
    publicUrl: url,
    presigners: { [bucket]: createPresigner({ ...endpoint, credentials: owner, ifShorter: 'clamp' }) },
    ...(roleArn === undefined ? {} : { sts: { cache, roleArn } }),
    store,
    authenticate: keys.authenticate,
    authorize: keys.authorize,
    tokenKeys: [{ version: 1, key: randomBytes(32) }],
  });
  return {
    url,
    key,
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await handler.close();
      await cache.close();
    },
  };
}
