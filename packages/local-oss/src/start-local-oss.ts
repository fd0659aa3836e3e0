import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { isAcl, isObjectAcl } from './access/acl.ts';
import { parsePolicy } from './access/policy.ts';
import { createKeyring } from './auth/keyring.ts';
import { createClock } from './clock.ts';
import { createFaults } from './faults/faults.ts';
import { assertBucketName, assertKey } from './http/address.ts';
import { createJournal } from './journal.ts';
import type { BucketChanges, LocalOss, LocalOssOptions, ObjectChanges } from './local-oss.ts';
import { seed } from './seed.ts';
import { serve } from './serve.ts';
import type { ServerContext } from './server-context.ts';
import { createDiskBackend } from './store/disk-backend.ts';
import { createMemoryBackend } from './store/memory-backend.ts';
import type { Bucket } from './store/object-store.ts';
import { createStore } from './store/create-store.ts';
import { createAccount } from './sts/account.ts';
import { OWNER_POLICY, READER_POLICY } from './sts/default-identities.ts';
import { createNonceLog } from './sts/nonce-log.ts';
import { credentialsOf } from './credentials-of.ts';

const REGION = 'cn-hangzhou';

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
  if (options.seed !== undefined) await seed(store, options.seed, clock.now());
  const cnames = new Map(Object.entries(options.cnames ?? {}).map(([host, bucket]) => [host.toLowerCase(), bucket]));
  const journal = createJournal(options.onRequest);
  const faults = createFaults();
  const context: ServerContext = { region: REGION, account, keyring, store, clock, v1, cnames };
  const parts = { context, nonces: createNonceLog(), journal, faults };
  const server = createServer({ maxHeaderSize: 65_536, noDelay: true }, (message, response) => {
    void serve(message, response, parts);
  });
  // Without this listener Node would ask for the body before anybody has looked at the signature.
  server.on('checkContinue', (message, response) => void serve(message, response, parts));
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const endpoint = endpointOf(server.address() as AddressInfo);

  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const bucketOf = (name: string): Bucket => {
    const bucket = store.bucket(name);
    if (bucket === undefined) throw new RangeError(`there is no bucket "${name}"`);
    return bucket;
  };
  return {
    endpoint,
    region: REGION,
    owner,
    roleArn,
    clock,
    faults,
    journal,
    async createBucket(name): Promise<void> {
      assertBucketName(name);
      store.create(name, clock.now());
    },
    async put(bucket, key, body, changes = {}): Promise<void> {
      assertBucketName(bucket);
      assertKey(key);
      const bytes = Buffer.from(body);
      const object = { key, body: Readable.from([bytes], { objectMode: false }), length: bytes.length };
      await store.create(bucket, clock.now()).put({ ...object, ...facts(changes), lastModified: clock.now() });
    },
    configureBucket: (name, changes) => configure(bucketOf(name), changes),
    configureObject(name, key, changes): void {
      const { headers, ...rest } = facts(changes);
      const found = bucketOf(name).update(key, headers === undefined ? rest : { ...rest, headers });
      if (!found) throw new RangeError(`there is no object "${key}" in bucket "${name}"`);
    },
    addUser: (user) => credentialsOf(account.addUser(user)),
    addRole: (role) => account.addRole(role).arn,
    disableKey: (id, disabled = true) => keyring.setDisabled(id, disabled),
    expireToken(credentials): void {
      if (!keyring.expire(credentials.accessKeyId, clock.now())) throw new RangeError('no token of this server');
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

function endpointOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function configure(bucket: Bucket, changes: BucketChanges): void {
  if (changes.acl !== undefined && !isAcl(changes.acl)) throw new RangeError(`"${String(changes.acl)}" is no ACL`);
  const { policy, ...rest } = changes;
  if (policy === undefined) {
    bucket.configure(rest);
    return;
  }
  bucket.configure({
    ...rest,
    policy: parsePolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), 'bucket'),
  });
}

function facts(
  changes: ObjectChanges,
): Omit<ObjectChanges, 'headers'> & { readonly headers?: ReadonlyMap<string, string> } {
  const { headers, ...rest } = changes;
  if (rest.acl !== undefined && !isObjectAcl(rest.acl)) throw new RangeError(`"${String(rest.acl)}" is no ACL`);
  if (headers === undefined) return rest;
  return { ...rest, headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
}
