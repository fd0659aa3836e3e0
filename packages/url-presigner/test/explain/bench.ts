import type { Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '../../src/create-presigner.ts';
import type { ExplainInput } from '../../src/explain/facts.ts';
import type { PresignerOptions, PresignFields } from '../../src/presigner.ts';
import { assumeRole } from '../assume-role.ts';
import { sendRaw } from '../send-raw.ts';

/** A request as it was sent to a server, and the facts that explain is given beside it. */
export interface Sent extends Pick<ExplainInput, 'method' | 'headers' | 'bucket' | 'endpoint'> {
  readonly url: string;
  /** Who should have signed. @default the owner */
  readonly credentials?: Credentials;
  readonly server?: LocalOss;
}

/** Servers, and ways to sign for them. */
export interface Bench {
  readonly oss: LocalOss;
  /** Refuses V1. */
  readonly modern: LocalOss;
  readonly session: Credentials;
  readonly otherSession: Credentials;
  /** Of a role that may do nothing. */
  readonly powerless: Credentials;
  readonly user: Credentials;
  sign(fields?: Partial<PresignFields>, options?: Partial<PresignerOptions>): Promise<string>;
  /** Sends it as it is; the server's text, empty when it was accepted. */
  send(sent: Sent): Promise<{ readonly status: number; readonly error: string }>;
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const oss = await startLocalOss({ cnames: { 'files.example.test': 'my-bucket' } });
  const modern = await startLocalOss({ v1: 'refuse' });
  for (const key of ['a.txt', 'a b+c.txt', 'a?b#c.txt', 'dir/a.txt', 'é.txt'])
    await oss.put('my-bucket', key, 'content');
  await modern.createBucket('my-bucket');
  await oss.put('guarded', 'a.txt', 'content');
  oss.configureBucket('guarded', { referer: { allowEmpty: false, allowed: ['https://friends.example.com'] } });
  const powerless = await assumeRole(oss, oss.addRole({ name: 'powerless', policies: [] }));
  const clock = { now: () => oss.clock.now().getTime(), monotonic: () => 0 };
  return {
    oss,
    modern,
    session: await assumeRole(oss),
    otherSession: await assumeRole(oss),
    powerless,
    user: oss.addUser({ name: 'user', policies: [] }),
    async sign(fields = {}, options = {}) {
      const base = { endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket', credentials: oss.owner, clock };
      return (await createPresigner({ ...base, ...options }).presign({ key: 'a.txt', ...fields })).url;
    },
    async send({ url, method = 'GET', headers = {}, server = oss }) {
      return sendRaw(server.endpoint, { url, method, headers });
    },
    close: async () => void (await Promise.all([oss.close(), modern.close()])),
  };
}

/** The arguments of explain for a request that was sent. */
export function inputFor(
  sent: Sent,
  given: { readonly secret: boolean; readonly error?: string },
  bench: Bench,
): ExplainInput {
  const { server = bench.oss, credentials = server.owner, ...request } = sent;
  return {
    ...request,
    now: server.clock.now(),
    ...(given.secret ? { credentials } : {}),
    ...(given.error === undefined ? {} : { error: given.error }),
  };
}
