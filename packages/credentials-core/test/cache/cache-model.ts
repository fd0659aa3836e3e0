import { cached } from '../../src/cache/cached.ts';
import type { Credentials, FetchedCredentials } from '../../src/contracts.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { createManualClock } from '../manual-clock.ts';
import { key, settle } from './scripted-source.ts';

/** One thing that can happen to a cache. */
export type Step =
  | { readonly type: 'advance' | 'sleep' | 'step-wall'; readonly ms: number }
  | { readonly type: 'ask'; readonly minValidityMs: number; readonly abort: boolean }
  | { readonly type: 'answer'; readonly lifeMs: number; readonly again: boolean; readonly serverDate: boolean }
  | { readonly type: 'fail'; readonly retryable: boolean }
  /** Impatient callers while each fetch fails at once: twice a second, for half a minute. */
  | { readonly type: 'storm' }
  | { readonly type: 'invalidate'; readonly which: 'current' | 'older' };

interface Pending {
  /** The issuer's time when the fetch began. */
  readonly begun: number;
  settle(answer: FetchedCredentials | Error): void;
}

/**
 * Plays steps against a cache, and returns the first guarantee that was broken. It keeps its own books: which keys were
 * issued when, what was refused when, how many fetches run. Nothing is shared with the cache but the contracts.
 */
export async function playCache(
  history: readonly Step[],
): Promise<{ readonly broken: readonly string[]; tries: number }> {
  // Sleep that is hidden by setting the wall clock back leaves no trace in either clock.
  const setBack = history.some((step) => step.type === 'step-wall' && step.ms < 0);
  const steps = setBack ? history.filter(({ type }) => type !== 'sleep') : history;
  const clock = createManualClock();
  const start = clock.now();
  const broken: string[] = [];
  const issued = new Map<string, number>();
  const refusedAt = new Map<string, number>();
  const handedOut: Credentials[] = [];
  const fetches: Pending[] = [];
  const tries: number[] = [];
  // `truth` is the issuer's time; `time` also counts what the wall clock jumps ahead, as the cache must.
  let [truth, time, open, newest] = [start, 0, 0, 0];
  let random = 1;
  let fresh = false;

  const fetch = (): Promise<FetchedCredentials> =>
    new Promise((resolve, reject) => {
      tries.push(time);
      if (fetches.length > 0) broken.push('two fetches at once');
      fetches.push({ begun: truth, settle: (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)) });
    });
  const provider = cached(
    { name: 'model', fetch },
    { clock, random: () => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647 },
  );

  function check(credentials: Credentials): void {
    handedOut.push(credentials);
    fresh = true;
    const n = credentials.accessKeyId.slice('STS.key'.length);
    if (credentials.accessKeySecret !== `secret${n}` || credentials.securityToken !== `token${n}`) broken.push('torn');
    const end = issued.get(credentials.accessKeyId);
    if (end === undefined) broken.push('a key that was never issued');
    else if (truth >= end) broken.push('an expired key');
    const refused = refusedAt.get(credentials.accessKeyId);
    if (refused !== undefined && time - refused < 60_000) broken.push('a key that was just refused');
  }

  async function ask(minValidityMs: number, abort: boolean): Promise<void> {
    const controller = new AbortController();
    open += 1;
    const call = provider.getCredentials({ minValidityMs, signal: controller.signal });
    if (abort) controller.abort();
    try {
      check(await call);
    } catch (error) {
      if (!(error instanceof CredentialError) && !controller.signal.aborted) broken.push('a foreign error');
    } finally {
      open -= 1;
    }
  }

  function respond(step: Extract<Step, { type: 'answer' }>): void {
    const next = fetches.shift();
    if (next === undefined) return;
    if (!step.again || newest === 0) {
      newest += 1;
      issued.set(`STS.key${newest}`, next.begun + step.lifeMs);
    }
    const fetched = key(newest, new Date(issued.get(`STS.key${newest}`) ?? 0));
    // Where the wall clock is wrong, only the issuer's own time can tell.
    const isDated = step.serverDate || clock.now() !== truth;
    next.settle(isDated ? { ...fetched, serverDate: new Date(next.begun) } : fetched);
  }

  function invalidate(which: 'current' | 'older'): void {
    const credentials = which === 'current' ? handedOut.at(-1) : handedOut[0];
    if (credentials === undefined) return;
    provider.invalidate?.(credentials, 'expired');
    // A second report about a dropped key says nothing new.
    if (which === 'current' && fresh) refusedAt.set(credentials.accessKeyId, time);
    fresh = false;
  }

  function fail(retryable: boolean): void {
    fetches.shift()?.settle(new CredentialError('down', { code: 'UNAVAILABLE', retryable }));
  }

  async function storm(): Promise<void> {
    for (let call = 0; call < 60; call += 1) {
      void ask(0, false);
      await settle();
      fail(true);
      await settle();
      clock.advance(500);
      [truth, time] = [truth + 500, time + 500];
    }
  }

  for (const step of steps) {
    if (step.type === 'advance') clock.advance(step.ms);
    if (step.type === 'sleep') clock.sleep(step.ms);
    if (step.type === 'step-wall') clock.setWall(clock.now() + step.ms);
    if ('ms' in step) time += Math.max(step.ms, 0);
    if (step.type === 'advance' || step.type === 'sleep') truth += step.ms;
    if (step.type === 'ask') void ask(step.minValidityMs, step.abort);
    if (step.type === 'answer') respond(step);
    if (step.type === 'fail') fail(step.retryable);
    if (step.type === 'storm') await storm();
    if (step.type === 'invalidate') invalidate(step.which);
    await settle();
  }
  fetches.shift()?.settle(new CredentialError('over', { code: 'UNAVAILABLE', retryable: true }));
  await settle();
  if (open > 0) broken.push(`${open} calls that never end`);
  const busiest = Math.max(0, ...tries.map((at) => tries.filter((other) => other >= at && other < at + 60_000).length));
  if (!steps.some(({ type }) => type === 'invalidate') && busiest > 16) broken.push(`${busiest} tries in a minute`);
  if (busiest > 40) broken.push(`${busiest} tries in a minute, with refusals`);
  return { broken, tries: tries.length };
}
