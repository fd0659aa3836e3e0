import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  cached,
  chain,
  CredentialError,
  type CredentialProvider,
  snapshotCredentials,
  systemClock,
  toProvider,
  validateCredentials,
} from '../src/index.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 300);
const SECRET = 'the-secret-value';
const key = { accessKeyId: 'LTAI5tExample', accessKeySecret: SECRET };
const source = { name: 'test', fetch: async () => key };
const options = { clock: systemClock, random: () => 0.5, timeoutMs: 1000, keepWarm: false, onEvent: () => {} };
const refusal = { code: 'DENIED', retryable: false, status: 403, serviceCode: 'S', requestId: 'R', retryAfterMs: 1 };

/** A public entry: what it takes, with a right value for each option, and which of them must be given. */
interface Entry {
  readonly name: string;
  readonly right: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  call(given: never): unknown;
}

const ask = (provider: CredentialProvider) => (given: never) => provider.getCredentials(given);
const ENTRIES: readonly Entry[] = [
  { name: 'cached, source', right: source, required: ['name', 'fetch'], call: (given) => cached(given) },
  { name: 'cached, options', right: options, required: [], call: (given) => cached(source, given) },
  { name: 'chain', right: source, required: ['name', 'fetch'], call: (given) => chain([source, given]) },
  { name: 'toProvider, input', right: key, required: ['accessKeyId', 'accessKeySecret'], call: toProvider },
  { name: 'toProvider, options', right: options, required: [], call: (given) => toProvider(key, given) },
  {
    name: 'snapshotCredentials',
    right: { ...key, securityToken: 'token', expiration: new Date(0) },
    required: ['accessKeyId', 'accessKeySecret'],
    call: snapshotCredentials,
  },
  { name: 'validateCredentials', right: key, required: ['accessKeyId', 'accessKeySecret'], call: validateCredentials },
  {
    name: 'CredentialError',
    right: refusal,
    required: ['code', 'retryable'],
    call: (given) => new CredentialError('no', given),
  },
  { name: 'a literal', right: { signal: AbortSignal.any([]) }, required: [], call: ask(toProvider(key)) },
  { name: 'a cache', right: { signal: AbortSignal.any([]) }, required: [], call: ask(cached(source)) },
];

const anyValue = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
  fc.constantFrom<unknown>(undefined, null, '', SECRET, `${SECRET}\n`, Number.NaN, -1, 2 ** 40, new Date(Number.NaN)),
  fc.constantFrom<unknown>(() => SECRET, Symbol('s'), [], [source], { now: 1 }, { aborted: false }, new Map()),
);

/** The error of an entry; undefined when it accepts its arguments. */
async function failureOf({ call }: Entry, given: unknown): Promise<unknown> {
  try {
    await call(given as never);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** An error of ours: typed, without secrets, and not one that JavaScript made of a wrong value. */
function expectOurs(error: unknown, name: string): void {
  const isTyped = error instanceof TypeError || error instanceof RangeError || error instanceof CredentialError;
  expect({ name, error, isTyped }).toMatchObject({ isTyped: true });
  const { message } = error as Error;
  expect(message).not.toMatch(
    /is not a function|is not iterable|is not defined|Cannot (?:read|convert|mix|destructure)/,
  );
  expect(message).not.toContain(SECRET);
  expect(message.length).toBeLessThan(600);
}

it('takes what it is declared to take', async () => {
  for (const entry of ENTRIES)
    expect([entry.name, await failureOf(entry, entry.right)]).toEqual([entry.name, undefined]);
});

it('refuses every required value that is missing or undefined, and names it', async () => {
  for (const entry of ENTRIES) {
    for (const name of entry.required) {
      const { [name]: _, ...missing } = entry.right;
      for (const given of [missing, { ...entry.right, [name]: undefined }]) {
        const error = await failureOf(entry, given);
        expectOurs(error, entry.name);
        expect((error as Error).message, entry.name).toContain(name);
      }
    }
  }
});

it('refuses any wrong value of any option with an error of its own, in a message without secrets', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ENTRIES), fc.nat(), anyValue, async (entry, index, value) => {
      const names = Object.keys(entry.right);
      const error = await failureOf(entry, { ...entry.right, [names[index % names.length] ?? '']: value });
      if (error !== undefined) expectOurs(error, entry.name);
    }),
    { numRuns: RUNS },
  );
});

it('refuses every name that is not an option', async () => {
  const bags = ENTRIES.filter(({ name }) => /options|CredentialError|^a /.test(name));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bags), fc.string({ minLength: 1 }), anyValue, async (entry, name, value) => {
      fc.pre(!(name in entry.right) && !(name in {}) && !['cause', 'forceRefresh'].includes(name));
      expect(await failureOf(entry, { ...entry.right, [name]: value }), entry.name).toBeInstanceOf(TypeError);
    }),
    { numRuns: RUNS },
  );
});

it('refuses anything in the place of all options', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ENTRIES), anyValue, async (entry, value) => {
      fc.pre((typeof value !== 'object' || value === null) && typeof value !== 'function');
      fc.pre(value !== undefined || entry.required.length > 0);
      const error = await failureOf(entry, value);
      expectOurs(error, entry.name);
    }),
    { numRuns: RUNS },
  );
});
