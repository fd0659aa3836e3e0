import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { PGlite } from '@electric-sql/pglite';
import { getRequestListener } from '@hono/node-server';
import { createApiKeys, createGrantHandler } from '@ossgrant/grant-handler';
import { createPostgresStore, migrate, pgliteDatabase } from '@ossgrant/grant-handler/postgres';
import { createPresigner } from '@ossgrant/url-presigner';

/**
 * Starts a grant server in this process, for examples that call one.
 *
 * @param {import('@ossgrant/local-oss').LocalOss} oss
 * @returns {Promise<{ env: Record<string, string>, close(): Promise<void> }>} the variables that its user has set
 */
export async function startGrantServer(oss) {
  const pglite = new PGlite();
  const database = pgliteDatabase(pglite);
  await migrate(database);
  const store = createPostgresStore(database);
  const keys = createApiKeys({ store });
  const scopes = [{ bucket: 'my-bucket', prefix: '', longestSeconds: 30 * 86_400 }];
  const { key } = await keys.make({ owner: 'reader', name: 'examples', scopes }, 'examples');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const publicUrl = `http://127.0.0.1:${port}`;
  const { endpoint, region, owner: credentials } = oss;
  const handler = createGrantHandler({
    publicUrl,
    presigners: { 'my-bucket': createPresigner({ endpoint, region, addressing: 'path', credentials }) },
    store,
    authenticate: keys.authenticate,
    authorize: keys.authorize,
    tokenKeys: [{ version: 1, key: randomBytes(32) }],
  });
  const listener = getRequestListener((request) => handler.fetch(request));
  server.on('request', (request, response) => void listener(request, response));
  return {
    env: { OSSGRANT_SERVER: publicUrl, OSSGRANT_API_KEY: key },
    async close() {
      server.closeAllConnections();
      server.close();
      await pglite.close();
    },
  };
}
