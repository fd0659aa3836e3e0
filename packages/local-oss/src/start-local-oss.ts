import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Credentials } from '@ossgrant/signer-core';
import { snapshotCredentials } from '@ossgrant/signer-core';
import { createKeyring } from './auth/keyring.ts';
import { createClock, type MovableClock } from './clock.ts';
import { createJournal, type Journal } from './journal.ts';
import { serve } from './serve.ts';
import type { ServerContext } from './server-context.ts';
import { createMemoryStore } from './store/memory-store.ts';
import { createAccount, OWNER_POLICY } from './sts/account.ts';
import { createNonceLog } from './sts/verify-rpc-v1.ts';

/** Options of `startLocalOss`. */
export interface LocalOssOptions {
  /**
   * Address to listen on.
   *
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Port to listen on; 0 takes a free one.
   *
   * @default 0
   */
  readonly port?: number;
  /** Instant that the server's clock shows at the start. @default the real time */
  readonly now?: Date;
  /** `refuse`: V1 signatures are refused as the cloud does for new buckets. @default 'accept' */
  readonly v1?: 'accept' | 'refuse';
}

/** A running local OSS with its STS. */
export interface LocalOss {
  /** `http://127.0.0.1:PORT`, for OSS (path style) and for STS. */
  readonly endpoint: string;
  readonly region: string;
  /** A RAM user that may do everything in OSS and assume the role. */
  readonly owner: Credentials;
  /** A role that may read every object. */
  readonly roleArn: string;
  /** The server's clock: move it to see links and tokens expire. */
  readonly clock: MovableClock;
  readonly journal: Journal;
  /** Makes a private bucket, if there is none. */
  createBucket(name: string): Promise<void>;
  /** Stores an object, as the owner would. */
  put(bucket: string, key: string, body: Uint8Array | string): Promise<void>;
  /** Variables for clients that read their settings from the environment. */
  environment(): Readonly<Record<string, string>>;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const REGION = 'cn-hangzhou';

/** Starts a server that verifies every signature, token and policy. Everything it keeps is in memory. */
export async function startLocalOss(options: LocalOssOptions = {}): Promise<LocalOss> {
  const clock = createClock(options.now);
  const keyring = createKeyring();
  const account = createAccount();
  const owner = snapshotCredentials({
    accessKeyId: `LTAI5t${randomBytes(9).toString('hex')}`,
    accessKeySecret: randomBytes(15).toString('hex'),
  });
  const arn = `acs:ram::${account.id}:user/owner`;
  keyring.addUser({
    accessKeyId: owner.accessKeyId,
    accessKeySecret: owner.accessKeySecret,
    identity: { kind: 'user', arn, policies: [OWNER_POLICY] },
  });
  const store = createMemoryStore();
  const journal = createJournal();
  const context: ServerContext = { region: REGION, account, keyring, store, clock, v1: options.v1 ?? 'accept' };
  const nonces = createNonceLog();
  const server = createServer({ maxHeaderSize: 65_536, noDelay: true }, (message, response) => {
    void serve(message, response, { context, nonces, journal });
  });
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { address, port, family } = server.address() as AddressInfo;
  const endpoint = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  const [roleArn = ''] = account.roles.keys();

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    endpoint,
    region: REGION,
    owner,
    roleArn,
    clock,
    journal,
    async createBucket(name): Promise<void> {
      store.create(name, clock.now());
    },
    async put(bucket, key, body): Promise<void> {
      const bytes = Buffer.from(body);
      const object = { key, body: Readable.from([bytes]), headers: new Map<string, string>() };
      await store.create(bucket, clock.now()).put({ ...object, length: bytes.length, lastModified: clock.now() });
    },
    environment: () => ({
      OSS_ENDPOINT: endpoint,
      OSS_REGION: REGION,
      OSS_ACCESS_KEY_ID: owner.accessKeyId,
      OSS_ACCESS_KEY_SECRET: owner.accessKeySecret,
      ALIBABA_CLOUD_ACCESS_KEY_ID: owner.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: owner.accessKeySecret,
      ALIBABA_CLOUD_ROLE_ARN: roleArn,
      ALIBABA_CLOUD_STS_ENDPOINT: endpoint,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
