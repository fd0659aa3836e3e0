import { inspect } from 'node:util';
import {
  cached,
  chain,
  CredentialError,
  snapshotCredentials,
  toProvider,
  type Credentials,
  type CredentialSource,
} from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../src/endpoint.ts';
import type { OssRequest, SigningTrace } from '../src/request/request.ts';
import { createSigningCache } from '../src/request/signing-cache.ts';
import { signRpcV1 } from '../src/rpc.ts';
import { AT, FOUR_SIGNERS, GET, signatureOf } from './four-signers.ts';

const SECRET = 'sEcReT-0123456789-must-not-show';
const TOKEN = 'tOkEn/+=0123456789-must-not-show';
const CREDENTIALS: Credentials = { accessKeyId: 'STS.visible', accessKeySecret: SECRET, securityToken: TOKEN };
const LEAKS = [SECRET, TOKEN, encodeURIComponent(TOKEN), encodeURIComponent(encodeURIComponent(TOKEN))];

/** Everything that a log, a debugger or an error reporter would print of a value. */
function allTexts(value: unknown): string {
  const texts = [
    inspect(value, { showHidden: true, depth: null, getters: true }),
    String(value),
    JSON.stringify(value) ?? '',
  ];
  for (let error: unknown = value; error instanceof Error; error = error.cause) {
    texts.push(error.message, error.stack ?? '', JSON.stringify(error), JSON.stringify(Object.entries(error)));
    if (error instanceof AggregateError) texts.push(...error.errors.map((inner: unknown) => allTexts(inner)));
  }
  return texts.join('\n');
}

function expectNoLeak(value: unknown): void {
  const texts = allTexts(value);
  for (const leak of LEAKS) expect(texts).not.toContain(leak);
}

async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('expected a failure');
}

/** Changes to a good request, each of which some signer refuses. */
const BAD_REQUESTS: readonly [string, Partial<OssRequest>][] = [
  ['bucket', { bucket: 'NO' }],
  ['host name', { bucket: 'xn--a' }],
  ['key', { key: '/x' }],
  ['long key', { key: 'x'.repeat(2000) }],
  ['control character', { key: 'a\nb' }],
  ['lone surrogate', { query: { acl: '\ud800' } }],
  ['header name', { headers: { 'a b': '1' } }],
  ['header value', { headers: { 'x-oss-meta-a': '1\n2' } }],
  ['stale authorization', { headers: { authorization: `OSS id:${SECRET}` } }],
  ['stale token header', { headers: { 'x-oss-security-token': TOKEN } }],
  ['stale token parameter', { query: { 'security-token': TOKEN } }],
  ['stale signature', { query: { 'x-oss-signature': SECRET } }],
  ['method', { method: 'G T' }],
  ['plain http', { endpoint: resolveEndpoint({ endpoint: 'http://oss-cn-hangzhou.aliyuncs.com' }) }],
];

describe('no secret and no token', () => {
  describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('in errors of %s', (_name, signer) => {
    it.each(BAD_REQUESTS)('for a bad %s', async (_problem, changes) => {
      expectNoLeak(await failureOf(() => signer.sign({ ...GET, ...changes }, CREDENTIALS, AT)));
    });

    it('for bad credentials, each field in turn', async () => {
      const expiration = 'never' as unknown as Date;
      const bad: Credentials[] = [
        { ...CREDENTIALS, accessKeySecret: `${SECRET}\n` },
        { ...CREDENTIALS, securityToken: `${TOKEN}\r\n` },
        { ...CREDENTIALS, accessKeyId: '' },
        { ...CREDENTIALS, expiration },
        { ...snapshotCredentials(CREDENTIALS) },
      ];
      for (const credentials of bad) expectNoLeak(await failureOf(() => signer.sign(GET, credentials, AT)));
    });

    it('for a bad date', async () => {
      expectNoLeak(await failureOf(() => signer.sign(GET, CREDENTIALS, { ...AT, date: new Date(Number.NaN) })));
    });

    it('in traces and in the cache, nor the signature', () => {
      const traces: SigningTrace[] = [];
      const cache = createSigningCache();
      const signed = signer.sign(GET, CREDENTIALS, { ...AT, cache, onTrace: (trace) => traces.push(trace) });
      expect(traces.length).toBe(1);
      expectNoLeak(traces);
      expectNoLeak(cache);
      expect(allTexts(traces)).not.toContain(signatureOf(signed));
    });
  });

  it('in errors of the V1 and V4 specialities', async () => {
    const { region: _region, ...endpoint } = GET.endpoint;
    for (const signer of FOUR_SIGNERS) {
      const changes: Partial<OssRequest> = signer.version === 'v1' ? { key: 'a?b' } : { endpoint };
      expectNoLeak(await failureOf(() => signer.sign({ ...GET, ...changes }, CREDENTIALS, AT)));
      const other = signer.version === 'v1' ? { query: { versionId: 'a&b' } } : { headers: { 'x-oss-date': 'x' } };
      if (!signer.inUrl || signer.version === 'v1') {
        expectNoLeak(await failureOf(() => signer.sign({ ...GET, ...other }, CREDENTIALS, AT)));
      }
    }
  });

  it('in errors of RPC signing', async () => {
    const options = {
      parameters: { Policy: `${TOKEN}\n` },
      accessKeyId: 'id',
      accessKeySecret: SECRET,
      date: AT.date,
      nonce: 'n',
    };
    expectNoLeak(await failureOf(() => signRpcV1({ ...options, securityToken: TOKEN })));
    expectNoLeak(await failureOf(() => signRpcV1({ ...options, parameters: {}, securityToken: `${TOKEN}\n` })));
    expectNoLeak(await failureOf(() => signRpcV1({ ...options, parameters: {}, date: new Date(Number.NaN) })));
  });

  it('in errors of providers, chains and caches, whatever a source answers', async () => {
    const answering = (answer: unknown): CredentialSource => ({
      name: 'answering',
      fetch: async () => answer as Credentials,
    });
    const answers = [
      { ...CREDENTIALS, accessKeySecret: `${SECRET} ` },
      { ...CREDENTIALS, securityToken: `${TOKEN}\n` },
      { accessKeyId: 'STS.visible', accessKeySecret: SECRET },
      { accessKeySecret: SECRET, securityToken: TOKEN },
      { ...CREDENTIALS, expiration: new Date(0) },
      { ...CREDENTIALS, expiration: '2099-01-01' },
      `${SECRET}:${TOKEN}`,
    ];
    for (const answer of answers) {
      expectNoLeak(await failureOf(() => cached(answering(answer)).getCredentials()));
      expectNoLeak(await failureOf(() => cached(chain([answering(answer)])).getCredentials()));
    }
    expectNoLeak(await failureOf(() => toProvider({ ...CREDENTIALS, accessKeyId: `${SECRET}\n` })));
  });

  it('in providers, sources and events themselves', async () => {
    const events: unknown[] = [];
    const source: CredentialSource = { name: 'answering', fetch: async () => CREDENTIALS };
    const provider = cached(source, { onEvent: (event) => events.push(event) });
    const credentials = await provider.getCredentials();
    provider.invalidate?.(credentials, 'expired');
    expect(events.length).toBe(3);
    for (const value of [events, provider, credentials, toProvider(CREDENTIALS), chain([source])]) expectNoLeak(value);
  });

  it('are found by this very test where they are', async () => {
    const leaky = new CredentialError('failed', {
      code: 'UNAVAILABLE',
      retryable: true,
      cause: new Error('outer', { cause: new Error(`with ${SECRET}`) }),
    });
    expect(allTexts(leaky)).toContain(SECRET);
    expect(allTexts(new AggregateError([new Error(TOKEN)]))).toContain(TOKEN);
    expect(() => expectNoLeak({ nested: { secret: SECRET } })).toThrow();
  });
});
