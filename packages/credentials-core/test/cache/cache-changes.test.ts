import { describe, expect, it } from 'vitest';
import { answered, begun, failed } from '../../src/cache/cache-changes.ts';
import { type CacheState, decide, EMPTY_STATE, pausedForMs } from '../../src/cache/cache-state.ts';
import { keep, type KeptCredentials } from '../../src/cache/renewal.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { key, unavailable } from './scripted-source.ts';

const MINUTE = 60_000;
const at = (ms: number) => ({ wall: Date.UTC(2026, 0, 1) + ms, monotonic: ms });
const moment = (ms: number) => ({ now: at(ms), jitter: 0 });
const kept = (n: number, life: { readonly from: number; readonly until: number; readonly dated?: boolean }) => {
  const fetched = key(n, new Date(at(life.until).wall));
  const serverDate = new Date(at(life.from).wall);
  return keep(life.dated === true ? { ...fetched, serverDate } : fetched, { startedAt: at(life.from), jitter: 0 });
};
const holding = (credentials: KeptCredentials): CacheState => ({ ...EMPTY_STATE, kept: credentials });

describe('an answer', () => {
  const hour = kept(1, { from: 0, until: 60 * MINUTE });

  it('with less than half a minute to live is a failure while a better key is there', () => {
    const short = kept(2, { from: 50 * MINUTE, until: 50 * MINUTE + 29_000 });
    const after = answered(holding(hour), short, moment(50 * MINUTE));
    expect(after).toMatchObject({ kept: hour, failures: 1, lastError: { code: 'EXPIRED' } });
    expect(answered(EMPTY_STATE, short, moment(50 * MINUTE))).toMatchObject({ kept: short, failures: 0 });
  });

  it('that ends sooner changes nothing, and does not count as a failure', () => {
    const sooner = kept(2, { from: 50 * MINUTE, until: 55 * MINUTE });
    const after = answered(holding(hour), sooner, moment(50 * MINUTE));
    expect(after).toMatchObject({ kept: hour, failures: 0, pause: { ms: MINUTE } });
  });

  it('of the same key measures its life anew when the issuer sends its time, and only then', () => {
    const dated = kept(1, { from: 50 * MINUTE, until: 60 * MINUTE, dated: true });
    expect(answered(holding(hour), dated, moment(50 * MINUTE)).kept).toBe(dated);
    const undated = kept(1, { from: 50 * MINUTE, until: 60 * MINUTE });
    expect(answered(holding(hour), undated, moment(50 * MINUTE)).kept).toBe(hour);
  });
});

describe('a pause', () => {
  it('is a second at first when nothing is configured: it may be by the next call', () => {
    const missing = new CredentialError('none', { code: 'NOT_CONFIGURED', retryable: false });
    expect(failed(EMPTY_STATE, missing, moment(0)).pause?.ms).toBe(1_000);
    const denied = new CredentialError('no', { code: 'DENIED', retryable: false });
    expect(failed(EMPTY_STATE, denied, moment(0)).pause?.ms).toBe(15_000);
  });

  it('keeps nobody from joining a fetch in flight', () => {
    const paused = failed(EMPTY_STATE, unavailable(), moment(0));
    expect(decide(paused, at(1), { minValidityMs: 0, held: false }).type).toBe('fail');
    expect(pausedForMs(begun(paused), at(1))).toBe(0);
    expect(decide(begun(paused), at(1), { minValidityMs: 0, held: false }).type).toBe('refresh');
  });
});
