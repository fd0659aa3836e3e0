import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  assertBucket,
  assertKey,
  createSigningCache,
  parseOssError,
  resolveEndpoint,
  signHeadersV1,
  signHeadersV4,
  signUrlV1,
  signUrlV4,
} from '../src/index.ts';
import { signRpcV1 } from '../src/rpc.ts';
import { AT, GET, SESSION } from './four-signers.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 300);

/** A public entry: what it takes, with a right value for each option, and which of them must be given. */
interface Entry {
  readonly name: string;
  readonly right: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  call(options: never): unknown;
}

const request = { ...GET, query: { acl: null }, headers: { range: 'bytes=0-1' }, additionalHeaders: ['range'] };
const signOptions = { ...AT, cache: createSigningCache(), onTrace: () => {} };
const ENTRIES: readonly Entry[] = [
  ...[signUrlV4, signUrlV1, signHeadersV4, signHeadersV1].flatMap((sign): Entry[] => [
    {
      name: `the request of ${sign.name}`,
      right: request,
      required: ['method', 'endpoint', 'bucket', 'key'],
      call: (given) => sign(given, SESSION, AT),
    },
    {
      name: `the options of ${sign.name}`,
      right: signOptions,
      required: sign.name.startsWith('signUrl') ? ['date', 'expiresInSeconds'] : ['date'],
      call: (given) => sign(GET, SESSION, given),
    },
    {
      name: `the credentials of ${sign.name}`,
      right: { ...SESSION, expiration: new Date() },
      required: ['accessKeyId', 'accessKeySecret', 'securityToken'],
      call: (given) => sign(GET, given, AT),
    },
  ]),
  {
    name: 'resolveEndpoint',
    right: {
      region: 'cn-hangzhou',
      endpoint: 'oss-cn-hangzhou.aliyuncs.com',
      network: 'public',
      addressing: 'virtual-host',
    },
    required: [],
    call: resolveEndpoint,
  },
  {
    name: 'parseOssError',
    right: { status: 403, header: () => undefined, body: '<Error><Code>AccessDenied</Code></Error>' },
    required: ['status', 'header'],
    call: parseOssError,
  },
  {
    name: 'signRpcV1',
    right: { parameters: { Action: 'A' }, ...SESSION, date: AT.date, nonce: 'n' },
    required: ['parameters', 'accessKeyId', 'accessKeySecret', 'date', 'nonce'],
    call: signRpcV1,
  },
  { name: 'assertBucket', right: { value: 'abc' }, required: ['value'], call: ({ value }) => assertBucket(value) },
  { name: 'assertKey', right: { value: 'abc' }, required: ['value'], call: ({ value }) => assertKey(value) },
];

const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.constantFrom(undefined, null, '', Number.NaN, Infinity, -1, 1e308, new Date(Number.NaN), () => {}, Symbol('s')),
);
const entry = fc.constantFrom(...ENTRIES);
const SECRETS = [SESSION.accessKeySecret, SESSION.securityToken ?? ''];

/** Calls, and checks that a refusal is one of ours. Returns it. */
function refusalOf({ name, call }: Entry, options: unknown): Error | undefined {
  try {
    call(options as never);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    expect([TypeError, RangeError].some((kind) => error instanceof kind) || 'code' in (error as Error), name).toBe(
      true,
    );
    expect(message.length).toBeLessThan(600);
    for (const secret of SECRETS) expect(message).not.toContain(secret);
    return error as Error;
  }
}

it('refuses any wrong value of any option with an error of its own, in a message without secrets', () => {
  fc.assert(
    fc.property(entry, fc.nat(), anyValue, (given, index, value) => {
      const names = Object.keys(given.right);
      refusalOf(given, { ...given.right, [names[index % names.length] ?? '']: value });
    }),
    { numRuns: RUNS },
  );
});

it('refuses every required value that is undefined, and names it', () => {
  for (const given of ENTRIES) {
    for (const name of given.required) {
      expect(refusalOf(given, { ...given.right, [name]: undefined })?.message, given.name).toMatch(
        name === 'value' ? /must be a string/ : new RegExp(name),
      );
    }
  }
});

it('refuses every name that is not an option', () => {
  const bags = ENTRIES.filter(({ name }) => !/credentials|assert/.test(name));
  fc.assert(
    fc.property(fc.constantFrom(...bags), fc.string({ minLength: 1 }), anyValue, (given, name, value) => {
      fc.pre(!(name in given.right) && !(name in {}) && name !== 'expiresInSeconds');
      expect(refusalOf(given, { ...given.right, [name]: value })).toBeInstanceOf(TypeError);
    }),
    { numRuns: RUNS },
  );
});

it('refuses anything in the place of all options', () => {
  fc.assert(
    fc.property(entry, anyValue, (given, value) => {
      fc.pre(typeof value !== 'object' || value === null);
      if (given.name.startsWith('assert')) refusalOf(given, { value });
      else expect(refusalOf(given, value), given.name).toBeInstanceOf(Error);
    }),
    { numRuns: RUNS },
  );
});
