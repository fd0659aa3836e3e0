import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { snapshotCredentials, type Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { CorsSettings } from './access/origins.ts';
import { createAccount, OWNER_POLICY, READER_POLICY } from './accounts/account.ts';
import { createIssuer } from './accounts/issuer.ts';
import { type UserKey, createKeyring } from './accounts/keyring.ts';
import { bucketSettings, objectFacts, plainly } from './api-arguments.ts';
import type { MovableClock } from './clock.ts';
import type { ServerContext } from './context.ts';
import { assertBucketName, assertKey } from './http/address.ts';
import { createConnectionSignals, listenSecurely, listen } from './listen/listen.ts';
import type { LocalOss, LocalOssOptions } from './local-oss.ts';
import { createCallbackSigner, PUBLIC_KEY_PATH } from './operations/callback/callback-signer.ts';
import { seed } from './seed.ts';
import { createFaults } from './server/faults.ts';
import { createJournal, createReport } from './server/journal.ts';
import { serve } from './server/serve.ts';
import { createUnserved } from './server/unserved.ts';
import { createStore } from './store/create-store.ts';
import { createDiskBackend } from './store/disk-backend.ts';
import { createMemoryBackend } from './store/memory-backend.ts';
import type { Bucket } from './store/object-store.ts';
import { createNonceLog } from './sts/verify-call.ts';

/** A user's key as clients take it: printed, it shows no secret. */
export function credentialsOf({ accessKeyId, accessKeySecret }: UserKey): Credentials {
  return snapshotCredentials({ accessKeyId, accessKeySecret });
}

const REGION = 'cn-hangzhou';

function stsCors(allowedOrigins: readonly string[]): CorsSettings {
  return { cors: [{ allowedOrigins, allowedMethods: ['GET', 'POST'], allowedHeaders: ['*'] }] };
}

/**
 * Starts a server that verifies every signature, token and policy.
 *
 * @throws Error when the address is taken, or the directory or seed cannot be read
 */
export async function startLocalOss(options: LocalOssOptions = {}): Promise<LocalOss> {
  const clock = createClock(options.now);
  const keyring = createKeyring();
  const account = createAccount(keyring);
  const owner = credentialsOf(account.addUser({ name: 'owner', policies: [OWNER_POLICY] }));
  const roleArn = account.addRole({ name: 'ossgrant-reader', policies: [READER_POLICY] }).arn;
  const { directory, v1 = 'accept' } = options;
  const store = createStore(directory === undefined ? createMemoryBackend() : createDiskBackend(directory));
  const { seed: folder, onRequest } = options;
  if (folder !== undefined) await plainly(() => seed(store, folder, clock.now()));
  const host = options.host ?? '127.0.0.1';
  const cnames = new Map(Object.entries(options.cnames ?? {}).map(([name, bucket]) => [name.toLowerCase(), bucket]));
  const journal = createJournal();
  const faults = createFaults();
  const issuer = createIssuer(() => endpoint, clock);
  const context: ServerContext = {
    region: REGION,
    account,
    keyring,
    store,
    clock,
    issuer,
    v1,
    cnames,
    ...defined({ images: options.images }),
    hosts: new Set([host, ...(options.hosts ?? [])].map((name) => name.toLowerCase())),
    stsCors: stsCors(options.stsOrigins ?? []),
    callbackSigner: createCallbackSigner(),
    publicKeyUrl: () => endpoint + PUBLIC_KEY_PATH,
  };
  const report = createReport(onRequest);
  let secure: Awaited<ReturnType<typeof listenSecurely>> | undefined;
  const unserved = createUnserved({
    context,
    add(entry): void {
      journal.add(entry);
      report(entry);
    },
    acceptSecurely: () => secure?.accept,
  });
  const parts = {
    context,
    nonces: createNonceLog(),
    journal,
    report,
    faults,
    clientGoneSignal: createConnectionSignals(),
    brokenBy: (socket: Socket) => unserved.brokenBy(socket),
  };
  const running = new Set<Promise<void>>();
  const serveRequest: RequestListener = (message, response) => {
    const served = serve(message, response, parts);
    running.add(served);
    void served.finally(() => running.delete(served));
  };
  const handlers = { serve: serveRequest, ...unserved };
  const plain = await listen(handlers, { host, port: options.port ?? 0 });
  const { endpoint, address } = plain;
  const tls = { host, region: REGION, cnames: cnames.keys(), address, directory };
  if (options.https === true) {
    secure = await listenSecurely(handlers, tls).catch(async (error: unknown) => {
      await plain.close();
      throw error;
    });
  }

  const end = async (): Promise<void> => {
    await Promise.all([plain.close(), secure?.close()]);
    // They may still be writing, and the directory may have another server next.
    await Promise.allSettled(running);
  };
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => (ended ??= end());
  const bucketOf = (name: string): Bucket => {
    const bucket = store.bucket(name);
    if (bucket === undefined)
      throw new RangeError(`the bucket "${name}" does not exist: create it with createBucket() first`);
    return bucket;
  };
  return {
    endpoint,
    ...(secure === undefined ? {} : { https: { endpoint: secure.endpoint, ca: secure.ca, caFile: secure.caFile } }),
    region: REGION,
    owner,
    roleArn,
    oidc: { issuer: endpoint, providerArn: account.oidcProviderArn, issueToken: (token) => issuer.issueToken(token) },
    clock,
    faults,
    journal,
    createBucket: (name) =>
      plainly(async () => {
        assertBucketName(name);
        store.create(name, clock.now());
      }),
    put: (bucket, key, body, changes = {}) =>
      plainly(async () => {
        assertBucketName(bucket);
        assertKey(key);
        const object = { key, body: Readable.from([Buffer.from(body)]), ...objectFacts(changes) };
        await store.create(bucket, clock.now()).put({ ...object, lastModified: clock.now() });
      }),
    configureBucket: (name, changes) => bucketOf(name).configure(bucketSettings(changes)),
    configureObject(name, key, changes): void {
      const found = bucketOf(name).update(key, objectFacts(changes));
      if (!found)
        throw new RangeError(`the object "${key}" does not exist in bucket "${name}": store it with put() first`);
    },
    addUser: (user) => credentialsOf(account.addUser(user)),
    addRole: (role) => account.addRole(role).arn,
    disableKey(id, disabled = true): void {
      if (!keyring.setDisabled(id, disabled))
        throw new RangeError(`the key "${id}" does not belong to a user of this server`);
    },
    expireToken(credentials): void {
      if (!keyring.expire(credentials.accessKeyId, clock.now()))
        throw new RangeError('this server did not issue the token');
    },
    environment: () => ({
      OSS_ENDPOINT: endpoint,
      OSS_REGION: REGION,
      OSS_ACCESS_KEY_ID: owner.accessKeyId,
      OSS_ACCESS_KEY_SECRET: owner.accessKeySecret,
      ALIBABA_CLOUD_ACCESS_KEY_ID: owner.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: owner.accessKeySecret,
      // Values of these in the shell belong to other keys.
      OSS_SESSION_TOKEN: '',
      ALIBABA_CLOUD_SECURITY_TOKEN: '',
      ALIBABA_CLOUD_PROFILE: '',
      ALIBABA_CLOUD_ROLE_ARN: roleArn,
      ALIBABA_CLOUD_STS_ENDPOINT: endpoint,
      ...(secure === undefined ? {} : { NODE_EXTRA_CA_CERTS: secure.caFile }),
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** @param start time of the clock now; `undefined` for the real time */
function createClock(start: Date | undefined): MovableClock {
  let offset = start === undefined ? 0 : start.getTime() - Date.now();
  return {
    now: () => new Date(Date.now() + offset),
    advance(ms): void {
      offset += ms;
    },
  };
}
