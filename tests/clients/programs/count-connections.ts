import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/** Passes connections on to a server and counts how many are open at once. */
export interface ConnectionCounter {
  readonly endpoint: string;
  readonly most: number;
  close(): Promise<void>;
}

export async function countConnections(endpoint: string): Promise<ConnectionCounter> {
  let open = 0;
  let most = 0;
  const server = createServer((socket) => {
    open += 1;
    most = Math.max(most, open);
    const onward = connect(Number(new URL(endpoint).port), '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    // A client may leave at any time: then the other side goes too.
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => (open -= 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get most() {
      return most;
    },
    async close(): Promise<void> {
      server.close();
      await once(server, 'close');
    },
  };
}
