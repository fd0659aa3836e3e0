import { beforeEach, describe, expect, it } from 'vitest';
import { type CachedFixture, createCachedFixture, HOUR } from './cached-fixture.ts';
import { key, settle, unavailable } from './scripted-source.ts';

const ADVISORY = 900_000;

let clock: CachedFixture['clock'];
let source: CachedFixture['source'];
let provider: CachedFixture['provider'];
let warm: CachedFixture['warm'];
let leave: CachedFixture['leave'];

beforeEach(() => {
  ({ clock, source, provider, warm, leave } = createCachedFixture());
});

describe('an expired key', () => {
  it('is never handed out, by whichever clock it has expired', async () => {
    await warm();
    const start = clock.now();
    for (const expire of [() => clock.advance(HOUR), () => clock.sleep(HOUR), () => clock.setWall(start)]) {
      expire();
      const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await source.fail(unavailable());
      await call;
      clock.advance(60_000);
    }
  });

  it('is not accepted from a source', async () => {
    const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'EXPIRED', retryable: true });
    await source.answer(key(1, clock.at(0)));
    await call;
  });

  it('is not accepted when it expired while the answer was on its way', async () => {
    const expiration = clock.at(10_000);
    const call = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'EXPIRED' });
    await settle();
    clock.advance(10_000);
    await source.answer(key(1, expiration));
    await call;
  });
});

describe('the life of a key', () => {
  it('counts from the start of the fetch: a slow answer does not lengthen it', async () => {
    const call = provider.getCredentials();
    await settle();
    const expiration = clock.at(HOUR);
    clock.advance(20_000);
    await source.answer(key(1, expiration));
    await call;
    clock.advance(HOUR - 20_000);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;
  });

  it("follows the server's clock where this machine's is wrong", async () => {
    // This machine is two hours ahead: by its own clock the key has expired already.
    const serverDate = clock.at(-2 * HOUR);
    const expiration = clock.at(-HOUR);
    const first = await warm({ ...key(1, expiration), serverDate });
    leave(ADVISORY + 1);
    expect(await provider.getCredentials()).toBe(first);
    expect(source.contexts.length).toBe(1);
  });

  it.each([
    ['invalid', new Date(Number.NaN)],
    ['from 1970, as new Date(null) gives it', new Date(0)],
  ])('does not follow a server date that is %s', async (_name, serverDate) => {
    await warm({ ...key(1, clock.at(HOUR)), serverDate });
    leave(ADVISORY + 1);
    await provider.getCredentials();
    expect(source.contexts.length).toBe(1);
    clock.advance(ADVISORY + 1);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;
  });

  it('of a token without expiration is at most ten minutes', async () => {
    await warm(key(1));
    clock.advance(600_000 - 150_001);
    expect((await provider.getCredentials()).accessKeyId).toBe('STS.key1');
    expect(source.contexts.length).toBe(1);
    clock.advance(150_001);
    const late = expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await source.fail(unavailable());
    await late;
  });

  it('of a lasting key does not end', async () => {
    await warm({ accessKeyId: 'id', accessKeySecret: 'secret' });
    clock.advance(10 * 365 * 24 * HOUR);
    await provider.getCredentials({ minValidityMs: 604_800_000 });
    expect(source.contexts.length).toBe(1);
  });
});
