import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cached } from '@ossgrant/credentials-core';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import type { Settings } from './settings.ts';

/** The application server's response: temporary credentials. */
export interface GrantResponse {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** ISO 8601. */
  readonly expiration: string;
}

/** A running application server. */
export interface ApplicationServer {
  readonly url: string;
  /** Token that the third party sends to be admitted. */
  readonly pass: string;
  close(): Promise<void>;
}

/**
 * A minimal application server of the owner: whoever sends the pass gets credentials for the one object. Only this server holds the
 * owner's key.
 */
export async function startApplicationServer(settings: Settings): Promise<ApplicationServer> {
  const pass = randomBytes(24).toString('base64url');
  const credentials = cached(
    assumeRole({
      caller: settings.owner,
      roleArn: settings.roleArn ?? '',
      sessionName: 'quickstart-third-party',
      scope: allowDownload({ bucket: settings.bucket, key: settings.key }),
      durationSeconds: 900,
      ...(settings.stsEndpoint === undefined ? {} : { endpoint: settings.stsEndpoint }),
    }),
    { clock: { now: () => settings.now().getTime(), monotonic: () => performance.now() } },
  );
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      response.setHeader('Cache-Control', 'no-store');
      if (!hasPass(request, pass)) return void response.writeHead(401).end();
      const { accessKeyId, accessKeySecret, securityToken, expiration } = await credentials.getCredentials();
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ accessKeyId, accessKeySecret, securityToken, expiration }));
    };
    respond().catch(() => response.writeHead(502).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/download-grant`,
    pass,
    async close(): Promise<void> {
      await credentials.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function hasPass(request: IncomingMessage, pass: string): boolean {
  const sent = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${pass}`);
  return sent.length === wanted.length && timingSafeEqual(sent, wanted);
}
