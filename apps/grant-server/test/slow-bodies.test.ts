import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitBodyTime } from '../src/slow-bodies.ts';

const MINUTE = 60_000;

let port: number;
const server = createServer((incoming) => {
  limitBodyTime(incoming);
  incoming.resume();
});
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Sends the start of a body, and waits until the server has it. */
async function startBody(
  path: string,
  head = 'Content-Length: 100',
): Promise<{ socket: Socket; incoming: IncomingMessage }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
  const [incoming] = await arrived;
  await send(socket, incoming);
  return { socket, incoming };
}

async function send(socket: Socket, incoming: IncomingMessage): Promise<void> {
  const arrived = once(incoming, 'data');
  socket.write('{}');
  await arrived;
}

test('slow bodies: whoever drips a body is cut off after a minute, however steadily it drips', async () => {
  const { socket, incoming } = await startBody('/v1/shares');
  vi.advanceTimersByTime(MINUTE - 1);
  await send(socket, incoming);
  expect(incoming.socket.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  await once(socket, 'close');
});

test('slow bodies: a batch goes on for as long as something of it moves, and no longer', async () => {
  const { socket, incoming } = await startBody('/oss/v1/shares:batch');
  for (let minute = 0; minute < 5; minute += 1) {
    vi.advanceTimersByTime(MINUTE);
    await send(socket, incoming);
    expect(incoming.socket.destroyed).toBe(false);
  }
  vi.advanceTimersByTime(2 * MINUTE);
  await once(socket, 'close');
});

test('slow bodies: what was sent whole is not hurried, whatever its answer takes', async () => {
  const { incoming } = await startBody('/d/token', 'Content-Length: 2');
  if (!incoming.readableEnded) await once(incoming, 'end');
  vi.advanceTimersByTime(10 * MINUTE);
  expect(incoming.socket.destroyed).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
