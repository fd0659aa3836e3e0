import { describe, expect, it } from 'vitest';
import { createManualClock } from '../manual-clock.ts';
import { key, unavailable } from './scripted-source.ts';
import { gaps, simulate } from './simulate.ts';

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

describe('a healthy issuer', () => {
  it('is asked once in 600 seconds by 10,000 calls for a 900-second key', async () => {
    const { run, tries } = simulate((clock) => key(1, clock.at(900 * SECOND)));
    expect(await run(600 * SECOND, 60)).toMatchObject({ served: 10_000, errors: 0 });
    expect(tries.length).toBe(1);
  });

  it('is asked at most a dozen times in two hours for 900-second keys', async () => {
    let issued = 0;
    const { run, tries } = simulate((clock) => key((issued += 1), clock.at(900 * SECOND)));
    expect(await run(2 * HOUR, SECOND)).toMatchObject({ errors: 0, expired: 0 });
    expect(tries.length).toBeLessThanOrEqual(12);
  });
});

describe('an outage', () => {
  it('that begins in the advisory window of an hour’s key is tried again at least 8 times before the end, none hastily', async () => {
    let [down, issued] = [false, 0];
    const { run, clock, tries } = simulate((now) => {
      if (down) throw unavailable();
      return key((issued += 1), now.at(HOUR));
    });
    await run(SECOND, SECOND);
    clock.advance(45 * MINUTE);
    down = true;
    const outage = await run(14 * MINUTE, 100);
    expect(outage).toMatchObject({ errors: 0, expired: 0 });
    expect(tries.length - 1).toBeGreaterThanOrEqual(8);
    expect(Math.min(...gaps(tries))).toBeGreaterThanOrEqual(250);
  });

  it('of 24 hours is tried at least once a minute, expired keys are never handed out, and it is over within a minute', async () => {
    let [down, issued] = [false, 0];
    const { run, tries, clock } = simulate((now) => {
      if (down) throw unavailable();
      return key((issued += 1), now.at(HOUR));
    });
    await run(SECOND, SECOND);
    down = true;
    const begin = tries.length;
    clock.advance(50 * MINUTE);
    const outage = await run(24 * HOUR, SECOND);
    expect(outage.expired).toBe(0);
    expect(outage.errors).toBeGreaterThan(0);
    const outageTries = tries.slice(begin);
    expect(Math.max(...gaps(outageTries))).toBeLessThanOrEqual(61 * SECOND);
    for (const [index, at] of outageTries.entries()) {
      const inAMinute = outageTries.slice(index).filter((other) => other < at + MINUTE).length;
      expect(inAMinute).toBeLessThanOrEqual(16);
    }
    down = false;
    const back = clock.monotonic();
    const after = await run(5 * MINUTE, SECOND);
    expect((after.lastErrorAt ?? back) - back).toBeLessThan(61 * SECOND);
    expect(after.served).toBeGreaterThan(200);
  });
});

describe('an issuer that does not renew yet', () => {
  it('is asked at most once a minute for half an hour, as its key ends within the advisory window', async () => {
    const end = createManualClock().at(40 * MINUTE);
    const { run, tries } = simulate(() => key(1, end));
    expect(await run(30 * MINUTE, SECOND)).toMatchObject({ errors: 0, expired: 0 });
    expect(tries.length).toBeLessThanOrEqual(31);
  });

  it('is asked at a bounded rate when its keys live ten seconds, and each is used while it is safe', async () => {
    let issued = 0;
    const { run, tries } = simulate((clock) => key((issued += 1), clock.at(10 * SECOND)));
    expect(await run(10 * MINUTE, 100)).toMatchObject({ errors: 0, expired: 0 });
    expect(tries.length / 10).toBeLessThanOrEqual(30);
  });

  it('is asked at a bounded rate when its keys have expired already', async () => {
    let issued = 0;
    const { run, tries } = simulate((clock) => key((issued += 1), clock.at(-1)));
    expect(await run(10 * MINUTE, 100)).toMatchObject({ served: 0 });
    expect(tries.length).toBeLessThanOrEqual(25);
  });

  it('does not take a better key away by giving one at its end', async () => {
    let issued = 0;
    const { run, clock, provider, tries } = simulate((now) => {
      issued += 1;
      return issued === 1 ? key(1, now.at(900 * SECOND)) : key(issued, now.at(20 * SECOND));
    });
    await run(SECOND, SECOND);
    clock.advance(720 * SECOND);
    await run(60 * SECOND, SECOND);
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key1');
    expect(tries.length).toBeGreaterThan(2);
    expect(tries.length).toBeLessThanOrEqual(10);
  });

  it('is not asked at each call for a wish that its shorter keys cannot meet', async () => {
    let issued = 0;
    const { run, clock, provider, tries } = simulate((now) => {
      issued += 1;
      return issued === 1 ? key(1, now.at(HOUR)) : key(issued, now.at(HOUR / 4));
    });
    await run(SECOND, SECOND);
    clock.advance(HOUR / 2);
    for (let call = 0; call < 600; call += 1) {
      await provider.getCredentials({ minValidityMs: 50 * MINUTE });
      clock.advance(100);
    }
    expect(tries.length).toBeLessThanOrEqual(3);
  });
});
