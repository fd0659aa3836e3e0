import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { closeAfterTest } from './close-after-test.ts';

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'fixtures', name));

/** A server whose certificate nobody trusts. */
export async function serveTls(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly connections: () => number }> {
  let connections = 0;
  const server = createServer({ key: fixture('key.pem'), cert: fixture('cert.pem') }, listener).listen(0, '127.0.0.1');
  server.on('connection', () => (connections += 1));
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  closeAfterTest(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/my-bucket/a.bin?x-oss-signature=hidden-signature`,
    connections: () => connections,
  };
}
