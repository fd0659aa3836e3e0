import type { Server } from 'node:http';
import path from 'node:path';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { defaultChain } from '@ossgrant/credentials-default';
import { createGrantCache } from '@ossgrant/credentials-sts';
import { createApiKeys, createGrantHandler } from '@ossgrant/grant-handler';
import { createRecipientPage } from '@ossgrant/recipient';
import { resolveEndpoint } from '@ossgrant/signer-core';
import { createPresigner, type Presigner, type PresignerOptions } from '@ossgrant/url-presigner';
import type { Logger } from 'pino';
import type { Configuration } from './configuration.ts';
import { anchorLog } from './anchoring.ts';
import { readConsole } from './console-files.ts';
import { identify } from './identify.ts';
import { objectLister } from './list-objects.ts';
import { createMetrics } from './metrics.ts';
import type { OpenStore } from './open-store.ts';
import { sendWebhooks } from './send-webhooks.ts';
import { limitBodyTime } from './slow-bodies.ts';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Where a browser signs in, once and within two minutes, with the rights of an API key. @returns undefined without a console */
  signInAddress(keyId: string): Promise<string | undefined>;
  /** Refuses new connections, lets requests finish for ten seconds, and then closes the store. */
  close(): Promise<void>;
}

type PlaceOptions = Pick<PresignerOptions, 'region' | 'endpoint' | 'network' | 'addressing'>;

const NETWORKS = ['public', 'internal', 'accelerate', 'accelerate-overseas', 'dual-stack'] as const;
const DRAIN_MS = 10_000;
const PURGE_MS = 300_000;

/** Starts listening. The store becomes the server's. */
export async function startServer(
  configuration: Configuration,
  opened: OpenStore,
  log: Logger,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningServer> {
  const { store, outbox, tokenKeys } = opened;
  const { region, endpoint, roleArn, buckets, hosts, publicUrl, origins, trustedProxies } = configuration;
  const place = {
    ...defined({ region, endpoint }),
    // A loopback address has no names of buckets before it.
    ...(endpoint !== undefined && /\/\/(?:127\.|localhost)/.test(endpoint) ? { addressing: 'path' as const } : {}),
  };
  const chain = toProvider(defaultChain({ env }));
  const presignersOf = (version: 'v4' | 'v1'): Record<string, Presigner> => {
    const presigner = createPresigner({ ...place, credentials: chain, ifShorter: 'clamp', version });
    return Object.fromEntries(buckets.map((bucket) => [bucket, presigner]));
  };
  const stsEndpoint = env['ALIBABA_CLOUD_STS_ENDPOINT'];
  const cache = createGrantCache({
    caller: chain,
    ...defined({ endpoint: stsEndpoint, region: stsEndpoint === undefined ? region : undefined }),
  });
  const metrics = createMetrics();
  const keys = createApiKeys({ store });
  const recipient = createRecipientPage({ basePath: new URL(publicUrl).pathname });
  const uploads = createPresigner({ ...place, credentials: chain, ifShorter: 'clamp' });
  const onAnchored = (at: Date): void => metrics.anchored(at);
  const anchoring = await anchorLog(configuration.audit, { store, uploads, log, onAnchored });
  const sending = await sendWebhooks(configuration.webhooks, { outbox, metrics, log });
  const handler = createGrantHandler({
    publicUrl,
    landing: recipient.landing,
    presigners: presignersOf('v4'),
    v1Presigners: presignersOf('v1'),
    hosts: Object.fromEntries(hosts.map((host) => [host, endpointOf(host, region)])),
    ...(roleArn === undefined ? {} : { sts: { cache, roleArn, endpoint: place } }),
    store,
    authenticate: await identify(keys, configuration.jwt, metrics),
    authorize: keys.authorize,
    scopes: keys.scopes,
    signIn: keys,
    tokenKeys,
    listObjects: objectLister(place, chain),
    origins,
    trustedProxies,
    onRequest(entry) {
      metrics.observe(entry);
      const { error, ...facts } = entry;
      if (error === undefined) log.debug(facts, 'request');
      else log.error({ ...facts, error: messageOf(error) }, 'request failed');
    },
  });
  const basePath = new URL(publicUrl).pathname.replace(/\/$/, '');
  const serveConsole = await readConsole(
    path.join(import.meta.dirname, 'console'),
    basePath,
    storageOrigins([place, ...hosts.map((host) => endpointOf(host, region))], buckets),
  );
  const visits = `${basePath}/d/`;
  let draining = false;

  async function answer(request: Request, remoteAddress: string | undefined): Promise<Response> {
    const { url } = request;
    // Visits are by far the most requests, so they pass the other pages by.
    if (url.startsWith(visits, url.indexOf('/', 'https://'.length))) return handler.fetch(request, { remoteAddress });
    const { pathname } = new URL(url);
    if (pathname === '/healthz') return new Response('ok');
    if (pathname === '/readyz') return ready();
    if (pathname === '/metrics') {
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } });
    }
    return serveConsole?.(request) ?? (await recipient.asset(request)) ?? handler.fetch(request, { remoteAddress });
  }

  async function ready(): Promise<Response> {
    try {
      if (!draining) {
        await store.ping();
        return new Response('ready');
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the database does not answer');
    }
    return new Response(draining ? 'stopping' : 'the database does not answer', { status: 503 });
  }

  const server = createAdaptorServer({
    fetch(request, bindings) {
      const { incoming } = bindings as HttpBindings;
      limitBodyTime(incoming);
      return answer(request, incoming.socket.remoteAddress);
    },
    // Who sends headers slowly, or large ones, is cut off by Node itself.
    serverOptions: {
      requestTimeout: 0,
      // Longer than the minute for which proxies keep a connection: else they send a request into one that is being closed.
      keepAliveTimeout: 65_000,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(configuration.port, configuration.host, () => resolve());
  });
  const purge = setInterval(() => {
    store.purge(Date.now()).catch((error: unknown) => log.warn({ error: messageOf(error) }, 'purging failed'));
  }, PURGE_MS).unref();

  return {
    url: publicUrl,
    async signInAddress(keyId) {
      if (serveConsole === undefined) return undefined;
      // Behind `#`, as no server and no log gets it there.
      return `${publicUrl}/console/#sign-in=${await handler.signInCode(keyId)}`;
    },
    async close() {
      draining = true;
      clearInterval(purge);
      // What is redeemed from here on is announced by another instance, or after the next start.
      const sent = sending?.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(cut);
      await handler.close();
      await sent;
      await anchoring?.close();
      await cache.close();
      await opened.close();
    },
  };
}

/** A host that shares may name: one of the region's networks, or a domain of the bucket's own. */
function endpointOf(host: string, region: string | undefined): PlaceOptions {
  const network = NETWORKS.find((name) => name === host);
  return network === undefined
    ? { endpoint: host, addressing: 'cname', ...defined({ region }) }
    : { network, ...defined({ region }) };
}

/** Where pictures of the buckets come from. */
function storageOrigins(places: readonly PlaceOptions[], buckets: readonly string[]): readonly string[] {
  const origins = places.flatMap((place) => {
    const { origin, addressing } = resolveEndpoint(place);
    return addressing === 'virtual-host' ? buckets.map((bucket) => origin.replace('//', `//${bucket}.`)) : [origin];
  });
  return [...new Set(origins)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'an error without a message';
}
