import fc from 'fast-check';
import { CredentialError } from '@ossgrant/credentials-core';
import { defaultChain } from '@ossgrant/credentials-default';
import { applicationServer, credentialsUri, ecsRamRole } from '@ossgrant/credentials-remote';
import { fromAlibabaCloudCredential, toAlibabaCloudCredential, toAliOss } from '@ossgrant/credentials-remote/interop';
import { externalProcess } from '@ossgrant/credentials-remote/process';
import { fromEnvironment, fromLiteral, toEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile, fromOssutilConfig } from '@ossgrant/credentials-static/files';
import {
  allowDownload,
  assumeRole,
  assumeRoleWithOidc,
  createGrantCache,
  explainPolicy,
  getCallerIdentity,
  mergePolicies,
  sessionNameFor,
  SessionPolicyError,
} from '@ossgrant/credentials-sts';
import { oidcTokenFile } from '@ossgrant/credentials-sts/oidc-file';
import { lintPolicy, readPolicy, simulatePolicy } from '@ossgrant/credentials-sts/policy';
import { SigningError } from '@ossgrant/signer-core';
import { describe, expect, it } from 'vitest';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 100);
const SECRET = 'the-secret-value';

let calls = 0;
const noFetch: typeof fetch = async () => {
  calls += 1;
  throw new Error('no network');
};
const key = { accessKeyId: 'LTAI5tExample', accessKeySecret: SECRET };
const role = { roleArn: 'acs:ram::1:role/reader', sessionName: 'alice', scope: 'whole-role' };
const sts = { region: 'cn-hangzhou', network: 'public', random: () => 0, sleep: async () => {}, attemptTimeoutMs: 100 };
const machine = { home: '/nowhere', env: {}, readFile: async () => '', profile: 'dev' };
const files = { ...machine, path: '/nowhere/file', sources: {} };
const policy = allowDownload({ bucket: 'my-bucket', key: 'a.txt' });
const download = { bucket: 'my-bucket', sourceIp: '::1', until: new Date(0), secureTransport: true, versionId: 'any' };

type Entry = (options: never) => unknown;

/** Entries that take an object of options: options that are right, and the names of those that must be there. */
const ENTRIES: readonly (readonly [string, Entry, Readonly<Record<string, unknown>>, readonly string[]])[] = [
  ['fromEnvironment', fromEnvironment, { env: {} }, []],
  ['fromCliConfig', fromCliConfig, files, []],
  ['fromCredentialsFile', fromCredentialsFile, files, []],
  ['fromOssutilConfig', fromOssutilConfig, files, []],
  [
    'applicationServer',
    applicationServer,
    { url: 'https://a.example/', method: 'POST', headers: {}, timeoutMs: 1, fetch: noFetch },
    ['url'],
  ],
  ['credentialsUri', credentialsUri, { uri: 'https://a.example/', headers: {}, timeoutMs: 1, fetch: noFetch }, ['uri']],
  [
    'ecsRamRole',
    ecsRamRole,
    { roleName: 'r', imdsV1: 'never', timeoutMs: 1, endpoint: 'http://a', fetch: noFetch },
    [],
  ],
  ['externalProcess', externalProcess, { command: 'a', timeoutMs: 1, maxBytes: 1, env: {} }, ['command']],
  ['defaultChain', defaultChain, { ...machine, imdsV1: 'never', metadataEndpoint: 'http://a', fetch: noFetch }, []],
  [
    'assumeRole',
    assumeRole,
    { ...role, ...sts, caller: key, durationSeconds: 900, externalId: 'id', fetch: noFetch },
    ['caller', 'roleArn', 'sessionName', 'scope'],
  ],
  [
    'assumeRoleWithOidc',
    assumeRoleWithOidc,
    { ...role, ...sts, oidcProviderArn: 'acs:ram::1:oidc-provider/p', token: 'token', fetch: noFetch },
    ['oidcProviderArn', 'token', 'roleArn', 'sessionName', 'scope'],
  ],
  ['createGrantCache', createGrantCache, { ...sts, caller: key, limit: 1, cache: {}, fetch: noFetch }, ['caller']],
  [
    'a grant',
    (grant) => createGrantCache({ caller: key, fetch: noFetch }).provider(grant),
    { ...role, durationSeconds: 900, externalId: 'id' },
    ['roleArn', 'sessionName', 'scope'],
  ],
  ['allowDownload', allowDownload, { ...download, key: 'a' }, ['bucket']],
  ['allowDownload', allowDownload, { ...download, prefix: 'a/', list: true }, ['bucket']],
  [
    'simulatePolicy',
    simulatePolicy,
    {
      policies: [policy],
      sessionPolicy: policy,
      action: 'oss:GetObject',
      bucket: 'my-bucket',
      key: 'a',
      region: 'r',
      accountId: '1',
      conditions: {},
    },
    ['policies', 'action', 'bucket'],
  ],
];

/** Entries that take one value. */
const VALUES: readonly (readonly [string, Entry])[] = [
  ['fromLiteral', fromLiteral],
  ['toEnvironment', toEnvironment],
  ['fromAlibabaCloudCredential', fromAlibabaCloudCredential],
  ['toAlibabaCloudCredential', toAlibabaCloudCredential],
  ['toAliOss', toAliOss],
  ['sessionNameFor', sessionNameFor],
  ['oidcTokenFile', oidcTokenFile],
  ['explainPolicy', explainPolicy],
  ['lintPolicy', lintPolicy],
  ['readPolicy', readPolicy],
  ['mergePolicies', mergePolicies],
];

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    false,
    0,
    -1,
    1.5,
    Number.NaN,
    Infinity,
    '',
    ' ',
    SECRET,
    `${SECRET}\n`,
  ),
  fc.constantFrom<unknown>([], [null], [SECRET], {}, { fetch: 1 }, { Statement: null }, 10n),
  fc.constantFrom<unknown>(
    Symbol('x'),
    () => SECRET,
    new Date(Number.NaN),
    new Map(),
    /a/,
    new Uint8Array(1),
    Object.create(null),
  ),
  fc.jsonValue(),
);

/** What an entry throws, or rejects with, and nothing when it takes the options. */
async function failureOf(call: Entry, options: unknown): Promise<unknown> {
  try {
    await call(options as never);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An error of ours: typed, without the values that were given, and not one that JavaScript made of a wrong value. */
function expectOurs(error: unknown): void {
  const isTyped = [TypeError, RangeError, CredentialError, SessionPolicyError, SigningError].some(
    (type) => error instanceof type,
  );
  expect({ error, isTyped }).toMatchObject({ isTyped: true });
  const { message } = error as Error;
  expect(message).not.toMatch(
    /is not a function|is not iterable|is not defined|Cannot (read|convert|mix|destructure)|Reduce of/,
  );
  expect(message).not.toContain(SECRET);
}

describe.each(ENTRIES)('%s', (where, call, good, needed) => {
  it('takes the options of its declaration', async () => {
    expect(await failureOf(call, good)).toBeUndefined();
    const bare = Object.fromEntries(Object.entries(good).filter(([name]) => needed.includes(name)));
    if (where !== 'allowDownload' && where !== 'simulatePolicy') expect(await failureOf(call, bare)).toBeUndefined();
  });

  it('refuses each required option that is missing or undefined, by name and before any I/O', async () => {
    calls = 0;
    for (const name of needed) {
      const { [name]: _, ...missing } = good;
      for (const options of [missing, { ...good, [name]: undefined }]) {
        const error = await failureOf(call, options);
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain(where);
        expect((error as Error).message).toContain(name);
      }
    }
    expect(calls).toBe(0);
  });

  it('refuses a name that it does not have', async () => {
    for (const name of ['Url', 'keyy', 'optionz']) {
      const error = await failureOf(call, { ...good, [name]: SECRET });
      expect(error).toBeInstanceOf(TypeError);
      expectOurs(error);
    }
  });

  it('refuses any other value of an option with an error of ours, before any I/O', async () => {
    calls = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(good)), odd, async (name, value) => {
        const error = await failureOf(call, { ...good, [name]: value });
        if (error !== undefined) expectOurs(error);
      }),
      { numRuns: RUNS },
    );
    await fc.assert(
      fc.asyncProperty(odd, async (options) => {
        const error = await failureOf(call, options);
        if (error !== undefined) expectOurs(error);
      }),
      { numRuns: RUNS / 2 },
    );
    expect(calls).toBe(0);
  });
});

describe.each(VALUES)('%s', (_, call) => {
  it('takes a value or refuses it with an error of ours', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (value) => {
        const error = await failureOf(call, value);
        if (error !== undefined) expectOurs(error);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('getCallerIdentity', () => {
  it('refuses options with an error of ours, before any I/O', async () => {
    const good = {
      ...sts,
      caller: key,
      fetch: noFetch,
      signal: AbortSignal.abort(new CredentialError('stop', { code: 'DENIED', retryable: false })),
    };
    calls = 0;
    for (const wrong of [
      { caller: undefined },
      { caller: 7 },
      { signal: {} },
      { clock: {} },
      { fetch: 'x' },
      { url: 'x' },
    ]) {
      const error = await failureOf(getCallerIdentity, { ...good, ...wrong });
      expect(error).toBeInstanceOf(TypeError);
      expectOurs(error);
    }
    expect(calls).toBe(0);
  });
});
