import type { Clock, CredentialProvider, Credentials, CredentialSource, FetchedCredentials } from '../contracts.ts';
import { CredentialError, optionsCheck, sameCredentials, takes } from '../internal.ts';
import { assert, assertCode, contractCase, type ContractCase, rejectionOf, skippedCase } from './contract-case.ts';

/** The parts of a provider under test: the contract scripts the issuer and the time. */
export interface ProviderParts {
  /** The source of the provider; the contract decides what it returns and when. */
  readonly source: CredentialSource;
  /** The clock of the provider; the contract moves it. */
  readonly clock: Clock;
}

/** Options of `credentialProviderContract`. */
export interface ProviderContractOptions {
  /** Makes a provider, such as `({ source, clock }) => cached(source, { clock })`. */
  readonly create: (parts: ProviderParts) => CredentialProvider;
}

const checkOptions = optionsCheck<ProviderContractOptions>('credentialProviderContract', { create: takes.function });

const HOUR_MS = 3_600_000;
// Longer than any pause after a failure.
const LONG_PAUSE_MS = 300_000;

/**
 * The contract of a caching `CredentialProvider` as test cases, in simulated time.
 *
 * @throws TypeError when an option is missing, mistyped or unknown
 */
export function credentialProviderContract(options: ProviderContractOptions): readonly ContractCase[] {
  checkOptions(options);
  const scene = (): Scene => createScene(options.create);
  return [
    contractCase('fetches once for all who wait', async () => {
      const { provider, issuer } = scene();
      const waiting = Array.from({ length: 100 }, async () => provider.getCredentials());
      const all = await Promise.all(waiting);
      assert(issuer.fetches === 1, `it must fetch once, and it fetched ${issuer.fetches} times`);
      assert(
        all.every((each) => isKey(each, 1)),
        'all who wait must get the fetched credentials',
      );
    }),
    contractCase('reuses credentials while they live', async () => {
      const { provider, issuer, clock } = scene();
      await provider.getCredentials();
      clock.advance(HOUR_MS / 10);
      assert(isKey(await provider.getCredentials(), 1), 'it must return the same credentials');
      assert(issuer.fetches === 1, `it must fetch once, and it fetched ${issuer.fetches} times`);
    }),
    contractCase('ends the wait of the one whose signal aborts, and of nobody else', async () => {
      const { provider, issuer } = scene();
      const release = issuer.hold();
      const controller = new AbortController();
      const leaving = rejectionOf(provider.getCredentials({ signal: controller.signal }), 'the aborted call');
      const staying = provider.getCredentials();
      const reason = new Error('the caller gave up');
      controller.abort(reason);
      assert((await leaving) === reason, "the aborted call must reject with the signal's reason");
      release();
      assert(isKey(await staying, 1), 'the other call must get its credentials');
    }),
    contractCase('rejects at once for a signal that has already aborted', async () => {
      const { provider } = scene();
      const reason = new Error('the caller gave up');
      const call = provider.getCredentials({ signal: AbortSignal.abort(reason) });
      assert((await rejectionOf(call, 'the call')) === reason, "it must reject with the signal's reason");
    }),
    contractCase('never returns credentials that have expired, even while the issuer fails', async () => {
      const { provider, issuer, clock } = scene();
      await provider.getCredentials();
      issuer.fail(unavailable());
      for (let passed = 0; passed < 2 * HOUR_MS; passed += HOUR_MS / 20) {
        clock.advance(HOUR_MS / 20);
        const end = await endOfNext(provider);
        assert(end === undefined || end > clock.now(), 'it returned credentials that have expired');
      }
    }),
    contractCase('fetches again after a failure, once its pause is over', async () => {
      const { provider, issuer, clock } = scene();
      issuer.fail(unavailable());
      assertCode(await rejectionOf(provider.getCredentials(), 'the call'), 'UNAVAILABLE', true);
      issuer.recover();
      clock.advance(LONG_PAUSE_MS);
      const { accessKeyId } = await provider.getCredentials();
      assert(accessKeyId.startsWith('STS.key'), 'it must return what the issuer returns by then');
    }),
    ...reportCases(scene),
  ];
}

// A provider without a newer key has no use for reports.
function reportCases(scene: () => Scene): readonly ContractCase[] {
  const replaces = 'replaces credentials that a server refused';
  const keeps = 'keeps new credentials when a late report refuses the old ones';
  if (scene().provider.invalidate === undefined) {
    return [replaces, keeps].map((name) => skippedCase(name, 'the provider has no invalidate()'));
  }
  return [
    contractCase(replaces, async () => {
      const { provider } = scene();
      const refused = await provider.getCredentials();
      provider.invalidate?.(refused, 'expired');
      assert(!sameCredentials(await provider.getCredentials(), refused), 'it must return other credentials');
    }),
    contractCase(keeps, async () => {
      const { provider, issuer } = scene();
      const old = await provider.getCredentials();
      provider.invalidate?.(old, 'expired');
      const fresh = await provider.getCredentials();
      const { fetches } = issuer;
      provider.invalidate?.(old, 'expired');
      assert(sameCredentials(await provider.getCredentials(), fresh), 'it must return the new credentials again');
      assert(issuer.fetches === fetches, 'it must not fetch for a late report');
    }),
  ];
}

interface Issuer {
  readonly fetches: number;
  /** Makes fetches fail from now on. */
  fail(error: CredentialError): void;
  recover(): void;
  /** Makes fetches wait until the returned function is called. */
  hold(): () => void;
}

interface Scene {
  readonly provider: CredentialProvider;
  readonly issuer: Issuer;
  readonly clock: Clock & { advance(ms: number): void };
}

function createScene(create: ProviderContractOptions['create']): Scene {
  let nowMs = Date.UTC(2030, 0, 1);
  const start = nowMs;
  const clock = {
    now: () => nowMs,
    monotonic: () => nowMs - start,
    advance(ms: number): void {
      nowMs += ms;
    },
  };
  let fetches = 0;
  let failure: CredentialError | undefined;
  let held: Promise<void> = Promise.resolve();
  const source: CredentialSource = {
    name: 'contract',
    async fetch(): Promise<FetchedCredentials> {
      fetches += 1;
      const number = fetches;
      await held;
      if (failure !== undefined) throw failure;
      return { ...keyOf(number), expiration: new Date(nowMs + HOUR_MS) };
    },
  };
  const issuer: Issuer = {
    get fetches() {
      return fetches;
    },
    fail(error) {
      failure = error;
    },
    recover() {
      failure = undefined;
    },
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
  };
  return { provider: create({ source, clock }), issuer, clock };
}

function keyOf(number: number): Credentials {
  return { accessKeyId: `STS.key${number}`, accessKeySecret: `secret${number}`, securityToken: `token${number}` };
}

function isKey(credentials: Credentials, number: number): boolean {
  return sameCredentials(credentials, keyOf(number));
}

function unavailable(): CredentialError {
  return new CredentialError('the issuer is down', { code: 'UNAVAILABLE', retryable: true });
}

async function endOfNext(provider: CredentialProvider): Promise<number | undefined> {
  try {
    return (await provider.getCredentials()).expiration?.getTime() ?? Infinity;
  } catch {
    return undefined;
  }
}
