import { once } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeBody, writeHead } from '../../src/http/oss-response.ts';

it('ends a body whose head cannot be written', async () => {
  const body = Readable.from(['hello']);
  const server = createServer((_, response) => {
    expect(() => writeHead(response, { status: 200, headers: { 'a b': 'c' }, body })).toThrow('valid HTTP token');
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(body.destroyed).toBe(true);
  server.close();
});

it('ends a body when the client was gone before it was written', async () => {
  const body = Readable.from(['hello']);
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  await expect(writeBody(response, body, AbortSignal.abort())).rejects.toThrow('gone');
  expect(body.destroyed).toBe(true);
});
