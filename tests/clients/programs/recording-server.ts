import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers everything with 200 and remembers the request targets exactly as they came. */
export interface RecordingServer {
  readonly endpoint: string;
  /** Takes what has come since the last call. */
  take(): readonly string[];
  close(): Promise<void>;
}

export async function startRecordingServer(): Promise<RecordingServer> {
  let targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(request.url ?? '');
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = targets;
      targets = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
