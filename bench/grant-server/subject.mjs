// One server of the benchmark, by KIND: a bare redirect of the same adapter, or the handler on PostgreSQL or PGlite.
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import pg from 'pg';
import { createGrantHandler } from '@ossgrant/grant-handler';
import { createPostgresStore, migrate, pgDatabase, pgliteDatabase } from '@ossgrant/grant-handler/postgres';
import { createPresigner } from '@ossgrant/url-presigner';

/** @returns {Promise<import('@ossgrant/grant-handler/postgres').Database>} */
async function openDatabase() {
  if (process.env['KIND'] === 'postgres') {
    return pgDatabase(new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 20 }));
  }
  const { PGlite } = await import('@electric-sql/pglite');
  return pgliteDatabase(new PGlite());
}

async function handler() {
  const database = await openDatabase();
  await migrate(database);
  const credentials = { accessKeyId: 'LTAI5tExample', accessKeySecret: 'example-secret' };
  const made = createGrantHandler({
    publicUrl: 'http://127.0.0.1',
    presigners: { 'bench-bucket': createPresigner({ region: 'cn-hangzhou', credentials }) },
    store: createPostgresStore(database),
    authenticate: async () => ({ id: 'bench' }),
    authorize: () => 86_400,
    tokenKeys: [{ version: 1, key: Buffer.alloc(32, 1) }],
    limits: { requestsPerMinute: 1_000_000, visitsPerMinute: 1_000_000_000 },
  });
  const lines = Array.from({ length: Number(process.env['SHARES']) }, () =>
    JSON.stringify({ bucket: 'bench-bucket', key: 'reports/a.txt' }),
  );
  const request = new Request('http://127.0.0.1/v1/shares:batch', { method: 'POST', body: lines.join('\n') });
  const results = (await (await made.fetch(request)).text()).trim().split('\n');
  const paths = results.map((line) => new URL(JSON.parse(line).share.url).pathname);
  return { paths, fetch: (/** @type {Request} */ asked) => made.fetch(asked, { remoteAddress: '203.0.113.7' }) };
}

const bare = new Hono().get('/d/:token', (c) => c.redirect('https://example.com/'));
const { paths, fetch } =
  process.env['KIND'] === 'bare' ? { paths: [], fetch: (/** @type {Request} */ r) => bare.fetch(r) } : await handler();
const server = createAdaptorServer({ fetch });
server.listen(0, '127.0.0.1', () => {
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.([`http://127.0.0.1:${address.port}`, paths]);
});
