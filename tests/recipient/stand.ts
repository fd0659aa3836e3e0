import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { createGrantCache } from '@ossgrant/credentials-sts';
import { createGrantHandler, type ListRequest, type ObjectPage } from '@ossgrant/grant-handler';
import { createPostgresStore, migrate, pgliteDatabase } from '@ossgrant/grant-handler/postgres';
import { type CorsRule, type LocalOss, startLocalOss } from '@ossgrant/local-oss';
import { createRecipientPage } from '@ossgrant/recipient';
import { createPresigner } from '@ossgrant/url-presigner';

export const BUCKET = 'shared-bucket';

const EMPTY = '<!doctype html><title>Empty</title><p>Empty</p>';

/** A grant server with the recipient's page, and the storage behind it, which is another origin. */
export interface Stand {
  /** At `/empty` there is a page of one word. */
  readonly origin: string;
  readonly oss: LocalOss;
  /** Requests for the credentials of a share. */
  readonly grants: { count: number };
  /** Moves the clocks of server and storage. */
  advance(ms: number): void;
  /** Replaces the bucket's rules for pages. */
  cors(rule: Partial<CorsRule>): void;
  /** Makes a share; its address, and what changes it. */
  share(fields: Readonly<Record<string, unknown>>): Promise<{ readonly id: string; readonly url: string }>;
  change(id: string, action: 'pause' | 'resume' | 'revoke'): Promise<void>;
  uses(id: string): Promise<number>;
  /** Calls the API as the owner. */
  api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Stops listening, and listens again at the same port. */
  stop(): Promise<void>;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Starts it all. @param objects by key @param origins pages that may read handles and objects, besides the server's own */
export async function openStand(
  objects: Readonly<Record<string, Uint8Array | string>>,
  origins: readonly string[] = [],
): Promise<Stand> {
  const oss = await startLocalOss();
  for (const [key, content] of Object.entries(objects)) await oss.put(BUCKET, key, content);
  const pglite = new PGlite();
  const database = pgliteDatabase(pglite);
  await migrate(database);
  const store = createPostgresStore(database);
  let offset = 0;
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() };
  const endpoint = { endpoint: oss.endpoint, region: oss.region, addressing: 'path' as const };
  const presigner = createPresigner({ ...endpoint, credentials: oss.owner, ifShorter: 'clamp', clock });
  const cache = createGrantCache({ caller: oss.owner, endpoint: oss.endpoint, cache: { clock } });
  const recipient = createRecipientPage();
  const grants = { count: 0 };

  async function listObjects({ prefix, limit, after = '' }: ListRequest): Promise<ObjectPage> {
    const keys = Object.keys(objects)
      .filter((key) => key.startsWith(prefix) && key > after)
      .sort();
    const page = keys.slice(0, limit).map((key) => ({ key, size: Buffer.byteLength(objects[key] ?? '') }));
    return { objects: page, prefixes: [], next: keys.length > limit ? page.at(-1)?.key : undefined };
  }

  let server: Server;
  let port = 0;
  let handler: ReturnType<typeof createGrantHandler>;

  async function listen(): Promise<void> {
    server = createAdaptorServer({
      async fetch(request, bindings) {
        const { pathname } = new URL(request.url);
        if (pathname === '/empty') return new Response(EMPTY, { headers: { 'content-type': 'text/html' } });
        if (pathname.endsWith('/credentials')) grants.count += 1;
        const { remoteAddress } = (bindings as HttpBindings).incoming.socket;
        return (await recipient.asset(request)) ?? handler.fetch(request, { remoteAddress });
      },
    }) as Server;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await listen();
  const origin = `http://127.0.0.1:${port}`;
  handler = createGrantHandler({
    publicUrl: origin,
    origins,
    landing: recipient.landing,
    presigners: { [BUCKET]: presigner },
    sts: { cache, roleArn: oss.roleArn, endpoint },
    store,
    listObjects,
    authenticate: async () => ({ id: 'owner', admin: true }),
    authorize: () => 86_400 * 30,
    tokenKeys: [{ version: 1, key: randomBytes(32) }],
    clock,
  });

  async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await handler.fetch(
      new Request(origin + path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  const stand: Stand = {
    origin,
    oss,
    grants,
    advance(ms) {
      offset += ms;
      oss.clock.advance(ms);
    },
    cors(rule) {
      const whole = {
        allowedOrigins: [origin, ...origins],
        allowedMethods: ['GET', 'HEAD'],
        allowedHeaders: ['*'],
        exposeHeaders: [
          'ETag',
          'Content-Range',
          'x-oss-hash-crc64ecma',
          'x-oss-request-id',
          'x-oss-ec',
          'Content-Encoding',
        ],
      };
      oss.configureBucket(BUCKET, { cors: [{ ...whole, ...rule }] });
    },
    async share(fields) {
      const made = await api('POST', '/v1/shares', { bucket: BUCKET, ...fields });
      return { id: String(made['id']), url: String(made['url']) };
    },
    api,
    change: async (id, action) => void (await api('POST', `/v1/shares/${id}/${action}`)),
    uses: async (id) => Number((await api('GET', `/v1/shares/${id}`))['uses']),
    stop,
    listen,
    async close() {
      await stop();
      await handler.close();
      await cache.close();
      await pglite.close();
      await oss.close();
    },
  };
  stand.cors({});
  return stand;
}
