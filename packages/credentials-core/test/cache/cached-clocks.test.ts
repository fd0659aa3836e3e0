import { describe, expect, it } from 'vitest';
import { cached } from '../../src/cache/cached.ts';
import type { CachedProvider } from '../../src/contracts.ts';
import { createManualClock } from '../manual-clock.ts';
import { type CachedFixture, createCachedFixture, HOUR } from './cached-fixture.ts';
import { createScriptedSource, key, settle, unavailable } from './scripted-source.ts';
import { simulate } from './simulate.ts';

const MINUTE = 60_000;
const fresh = (): CachedFixture => createCachedFixture();

describe('a clock that jumps', () => {
  it('an hour back does not let a key be used after its end', async () => {
    const { clock, source, provider, warm } = fresh();
    await warm();
    clock.setWall(clock.now() - HOUR);
    clock.advance(HOUR - 4_000);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;
  });

  it('an hour ahead makes one fetch, whoever asks, when the issuer sends its time', async () => {
    const begin = createManualClock();
    const serverNow = (): number => begin.now() + simulation.clock.monotonic() - begin.monotonic();
    let issued = 0;
    const simulation = simulate(() => {
      issued += 1;
      return { ...key(issued, new Date(serverNow() + HOUR)), serverDate: new Date(serverNow()) };
    });
    await simulation.provider.getCredentials();
    simulation.clock.setWall(simulation.clock.now() + HOUR);
    for (let minute = 0; minute < 30; minute += 1) {
      await Promise.all([simulation.provider.getCredentials(), simulation.provider.getCredentials()]);
      simulation.clock.advance(MINUTE);
    }
    expect(simulation.tries.length).toBe(2);
  });

  it('by two hours in sleep counts as two hours of the key’s life', async () => {
    const { clock, source, provider, warm } = fresh();
    await warm();
    clock.sleep(2 * HOUR);
    const call = provider.getCredentials();
    await source.answer(key(2, clock.at(HOUR)));
    expect((await call).accessKeyId).toBe('STS.key2');
  });

  it.each([
    ['slow', -10 * MINUTE],
    ['fast', 10 * MINUTE],
  ])(
    'is not needed to be right: with one that is ten minutes %s, renewal comes at the true time',
    async (_, offset) => {
      const { clock, source, provider } = fresh();
      const serverDate = clock.at(-offset);
      const call = provider.getCredentials();
      await source.answer({ ...key(1, new Date(serverDate.getTime() + HOUR)), serverDate });
      await call;
      clock.advance(45 * MINUTE - 1);
      await provider.getCredentials();
      await settle();
      expect(source.contexts.length).toBe(1);
      clock.advance(1);
      await provider.getCredentials();
      await settle();
      expect(source.contexts.length).toBe(2);
      await source.fail(unavailable());
    },
  );

  it('does not follow a server that is more than a day away, unless this machine’s clock cannot be right', async () => {
    const { clock, source, provider, warm } = fresh();
    await warm({ ...key(1, clock.at(HOUR)), serverDate: clock.at(-25 * HOUR) });
    clock.advance(HOUR);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;

    const unset = createManualClock(0);
    const young = createScriptedSource();
    const first: CachedProvider = cached(young, { clock: unset, random: () => 0 });
    const call = first.getCredentials();
    const serverDate = new Date('2026-06-01T00:00:00Z');
    await young.answer({ ...key(1, new Date(serverDate.getTime() + HOUR)), serverDate });
    await call;
    unset.advance(HOUR);
    const ended = expect(first.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await young.fail(unavailable());
    await ended;
  });
});

describe('one signal for many waiters', () => {
  it('gets one listener, so that Node warns of no leak, and keeps none', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    const { clock, source, provider } = fresh();
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round += 1) {
      const calls = Array.from({ length: 100 }, () => provider.getCredentials({ signal }));
      await source.answer(key(round, clock.at(HOUR)));
      await Promise.all(calls);
      clock.advance(HOUR);
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('ends all their waits at once', async () => {
    const { clock, source, provider } = fresh();
    const controller = new AbortController();
    const calls = Array.from({ length: 50 }, () => provider.getCredentials({ signal: controller.signal }));
    const settled = Promise.allSettled(calls);
    await settle();
    const reason = new Error('enough');
    controller.abort(reason);
    for (const result of await settled) expect(result).toEqual({ status: 'rejected', reason });
    await source.answer(key(1, clock.at(HOUR)));
  });
});
