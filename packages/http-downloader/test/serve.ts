import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeAfterTest } from './close-after-test.ts';

/** A server for one test: misbehaves as its listener says. Returns a link to it. */
export async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTest(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/my-bucket/a.bin?x-oss-signature=hidden-signature`;
}
