import type { CredentialSource, FetchedCredentials } from '../contracts.ts';
import type { CredentialErrorCode } from '../credential-error.ts';
import { latestEndMs, optional, optionsCheck, snapshotCredentials, systemClock, takes } from '../internal.ts';
import {
  assert,
  assertCode,
  contractCase,
  type ContractCase,
  rejectionOf,
  skippedCase,
  within,
} from './contract-case.ts';

/** Makes a source for one case. Called once for each: what it starts, the test's own hooks end. */
export type SourceMaker = () => CredentialSource | Promise<CredentialSource>;

/** Options of `credentialSourceContract`: one maker for each condition that the source can be in. */
export interface SourceContractOptions {
  /** Its fetch succeeds, again and again. */
  readonly healthy: SourceMaker;
  /** It finds nothing to read: no variable, no file, no metadata service. */
  readonly unconfigured?: SourceMaker;
  /** Its issuer refuses, such as with HTTP 403. */
  readonly denied?: SourceMaker;
  /** Its issuer asks for patience, such as with HTTP 429. */
  readonly throttled?: SourceMaker;
  /** Nothing listens where its issuer should be. */
  readonly unreachable?: SourceMaker;
  /** Its issuer accepts the request and never responds. A source without I/O leaves it out. */
  readonly hanging?: SourceMaker;
  /** Each secret and token that these sources know or receive: no error may show one. */
  readonly secrets: readonly string[];
}

const checkOptions = optionsCheck<SourceContractOptions>('credentialSourceContract', {
  healthy: takes.function,
  unconfigured: optional(takes.function),
  denied: optional(takes.function),
  throttled: optional(takes.function),
  unreachable: optional(takes.function),
  hanging: optional(takes.function),
  secrets: takes.texts,
});

/**
 * The contract of a `CredentialSource` as test cases.
 *
 * @example
 * for (const { name, skip, run } of credentialSourceContract({ healthy: () => fromVault(url), secrets: ['s3cret'] })) {
 *   it.skipIf(skip !== undefined)(name, run);
 * }
 *
 * @throws TypeError when an option is missing, mistyped or unknown
 */
export function credentialSourceContract(options: SourceContractOptions): readonly ContractCase[] {
  checkOptions(options);
  const { healthy, hanging, secrets } = options;
  const failures = [
    ['unconfigured', 'NOT_CONFIGURED', false],
    ['denied', 'DENIED', false],
    ['throttled', 'THROTTLED', true],
    ['unreachable', 'UNAVAILABLE', true],
  ] as const;
  return [
    contractCase('has a name of one line that shows no secret', async () => {
      const { name } = await healthy();
      assert(/^[\x21-\x7e]{1,100}$/.test(name), 'the name must be 1 to 100 printable characters without spaces');
      assertNoSecret(name, secrets, 'the name');
    }),
    contractCase('fetches well-formed credentials that have not expired', async () => {
      const fetched = snapshotCredentials(await fetchFrom(await healthy()));
      assert(latestEndMs(fetched, Date.now()) > Date.now(), 'the credentials must not have expired');
    }),
    contractCase('sends the time of the server as a Date, if at all', async () => {
      const { serverDate } = await fetchFrom(await healthy());
      const isDate = serverDate instanceof Date && !Number.isNaN(serverDate.getTime());
      assert(serverDate === undefined || isDate, 'serverDate must be a valid Date');
    }),
    contractCase('fetches again, and twice at a time', async () => {
      const source = await healthy();
      for (const fetched of await Promise.all([fetchFrom(source), fetchFrom(source)])) snapshotCredentials(fetched);
      snapshotCredentials(await fetchFrom(source));
    }),
    ...failures.flatMap(([condition, code, retryable]) => {
      const make = options[condition];
      return failureCases(condition, make, { code, retryable, secrets });
    }),
    abortCase('ends with the reason of its signal as soon as that aborts', hanging, false),
    abortCase('does not begin when its signal has already aborted', hanging, true),
  ];
}

interface ExpectedFailure {
  readonly code: CredentialErrorCode;
  readonly retryable: boolean;
  readonly secrets: readonly string[];
}

function failureCases(condition: string, make: SourceMaker | undefined, expected: ExpectedFailure): ContractCase[] {
  const { code, retryable, secrets } = expected;
  const rejects = `rejects with ${code} when it is ${condition}`;
  const hides = `shows no secret when it is ${condition}`;
  if (make === undefined)
    return [rejects, hides].map((name) => skippedCase(name, `no "${condition}" source was given`));
  return [
    contractCase(rejects, async () => assertCode(await failureOf(await make()), code, retryable)),
    contractCase(hides, async () => {
      for (const text of textsOf(await failureOf(await make()))) assertNoSecret(text, secrets, 'the error');
    }),
  ];
}

function abortCase(name: string, make: SourceMaker | undefined, before: boolean): ContractCase {
  if (make === undefined) return skippedCase(name, 'no "hanging" source was given');
  return contractCase(name, async () => {
    const source = await make();
    const controller = new AbortController();
    const reason = new Error('the caller gave up');
    if (before) controller.abort(reason);
    const fetching = fetchFrom(source, controller.signal);
    // After the request has left.
    if (!before) setTimeout(() => controller.abort(reason), 50);
    const error = await within(rejectionOf(fetching, 'fetch'), 'fetch did not end', 2_000);
    assert(
      error === reason || causesOf(error).includes(reason),
      "it must reject with the signal's reason, or with that as its cause",
    );
  });
}

async function failureOf(source: CredentialSource): Promise<unknown> {
  return rejectionOf(fetchFrom(source), 'fetch');
}

async function fetchFrom(source: CredentialSource, signal?: AbortSignal): Promise<FetchedCredentials> {
  return source.fetch({ signal: signal ?? new AbortController().signal, clock: systemClock });
}

// Causes may form a circle.
function causesOf(error: unknown, depth = 8): readonly unknown[] {
  if (!(error instanceof Error) || depth === 0) return [error];
  const inner = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  return [error, ...[error.cause, ...inner].flatMap((cause) => causesOf(cause, depth - 1))];
}

// All that a logger may print of an error.
function textsOf(error: unknown): readonly string[] {
  return causesOf(error).flatMap((cause) => {
    if (!(cause instanceof Error)) return [String(cause)];
    return [cause.message, cause.stack ?? '', ...Object.values(cause).map(printed)];
  });
}

function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  // A request or a socket refers to itself.
  const seen = new WeakSet();
  const once = (_name: string, part: unknown): unknown => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || part === null) return part;
    if (seen.has(part)) return undefined;
    seen.add(part);
    return part;
  };
  return JSON.stringify(value, once) ?? '';
}

function assertNoSecret(text: string, secrets: readonly string[], where: string): void {
  const shown = secrets.findIndex((secret) => text.includes(secret) || text.includes(encodeURIComponent(secret)));
  assert(shown === -1, `${where} must not show a secret, and it shows secrets[${shown}]`);
}
