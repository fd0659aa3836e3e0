import { createHash } from 'node:crypto';
import type { LocalOss } from '../../src/local-oss.ts';
import { postForm, signForm } from '../form-kit.ts';
import { call, send, SCHEMES, sign, stsCall, type Ask } from '../kit.ts';
import { BODIES, hostileRequest, META_NAMES } from './hostile.ts';
import { createRandom, type Random } from './random.ts';
import { createRawClient } from './raw-client.ts';

/** What a run found: how often each status came. */
export interface FuzzResult {
  readonly statuses: ReadonlyMap<number, number>;
  /** Forbidden results: 5xx other than 501, no response at all, and an object that was taken but cannot be read. */
  readonly failures: readonly string[];
}

/** Sends hostile requests to a server, every third of them with a valid signature so that the readers of bodies are reached. */
export async function fuzz(oss: LocalOss, runs: number, seed: number): Promise<FuzzResult> {
  const random = createRandom(seed);
  const client = createRawClient(oss.endpoint);
  const begun = await call(oss, {
    scheme: 'v4-header',
    method: 'POST',
    bucket: 'fuzz-bucket',
    key: 'a.txt',
    query: { uploads: null },
  });
  const uploadId = /<UploadId>([^<]*)</.exec(begun.text)?.[1] ?? '';
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    const hostile = hostileRequest(random);
    const isSigned = run % 3 === 0;
    const status = isSigned ? await signedRequest(oss, random, uploadId) : await client.send(hostile);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 0 || (status >= 500 && status !== 501))
      failures.push(isSigned ? `signed, run ${run}` : JSON.stringify(hostile).slice(0, 500));
  }
  client.close();
  return { statuses, failures };
}

async function signedRequest(oss: LocalOss, random: Random, uploadId: string): Promise<number> {
  const body = random.pick(BODIES);
  switch (random.below(5)) {
    case 0:
      return (await stsCall(oss, { Action: 'AssumeRole', RoleArn: oss.roleArn, RoleSessionName: 'fuzz', Policy: body }))
        .status;
    case 1: {
      const fields = {
        ...signForm(oss, random.pick(['v1', 'v4']), { key: 'form' }),
        [random.pick(['__proto__', 'key', 'x-oss-object-acl', ...META_NAMES])]: random.pick(['v', body]),
      };
      const { status } = await postForm(oss, 'fuzz-bucket', { fields, file: body });
      if (status !== 204) return status;
      const read = await call(oss, { bucket: 'fuzz-bucket', key: 'form' });
      return read.status === 200 ? status : 500;
    }
    case 2: {
      const signed = sign(oss, ask(random, uploadId));
      const at = random.below(signed.path.length);
      const path =
        signed.path.slice(0, at) + random.pick(['%', '&', '=', '/', '%00', 'x', '']) + signed.path.slice(at + 1);
      return (await send(oss, { ...signed, path: path.startsWith('/') ? path : `/${path}` })).status;
    }
    default: {
      const asked = ask(random, uploadId);
      const md5 = createHash('md5').update(body).digest('base64');
      const headers = { ...asked.headers, ...(random.once(2) ? { 'content-md5': md5 } : {}) };
      return (await call(oss, { ...asked, headers }, body)).status;
    }
  }
}

const SETTINGS = [
  'acl',
  'cors',
  'referer',
  'policy',
  'logging',
  'website',
  'lifecycle',
  'tagging',
  'bucketInfo',
  'stat',
];

// Nobody listens there.
const CALLBACK = Buffer.from(
  JSON.stringify({ callbackUrl: '127.0.0.1:1', callbackBody: '${x:__proto__}&${object}' }),
).toString('base64');

function ask(random: Random, uploadId: string): Ask {
  const query = random.pick([
    {},
    { restore: null },
    { uploadId: 'x' },
    { uploadId },
    { uploadId, partNumber: '1' },
    { uploads: null },
    { symlink: null },
    { 'list-type': '2', prefix: '<&>' },
    { [random.pick(SETTINGS)]: null },
    { [random.pick(SETTINGS)]: null },
    { append: null, position: '0' },
    { append: null, position: '__proto__' },
    { tagging: null, versionId: 'null' },
    { versions: null, 'key-marker': '<&>', 'version-id-marker': 'null' },
    { versioning: null },
    { delete: null },
    { versionId: '../x' },
    { versionId: 'null' },
  ]);
  const headers: Record<string, string> = random.pick([
    {},
    { range: 'bytes=5-1' },
    { 'x-oss-copy-source': '/%zz/..' },
    { 'x-oss-copy-source': '/fuzz-bucket/a.txt' },
    { 'x-oss-symlink-target': '%2F..%2F' },
    { 'x-oss-copy-source': '/fuzz-bucket/a.txt?versionId=__proto__' },
    { 'x-oss-tagging': '__proto__=constructor&a' },
    { 'x-oss-object-acl': 'private' },
    { 'x-oss-callback': CALLBACK },
    { 'x-oss-meta-constructor': 'a' },
    { 'x-oss-storage-class': 'constructor' },
    { 'if-match': '"' },
  ]);
  const key = random.pick(['a.txt', '__proto__', 'a/../../b', 'x'.repeat(1023), '目', undefined]);
  const method = random.pick(['GET', 'PUT', 'POST', 'POST', 'DELETE', 'HEAD']);
  return {
    scheme: random.pick(SCHEMES),
    method,
    bucket: 'fuzz-bucket',
    query,
    headers,
    ...(key === undefined ? {} : { key }),
  };
}
