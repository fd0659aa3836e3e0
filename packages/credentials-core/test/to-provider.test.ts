import { describe, expect, it } from 'vitest';
import { cached } from '../src/cache/cached.ts';
import type { CredentialInput, CredentialProvider } from '../src/contracts.ts';
import { toProvider } from '../src/to-provider.ts';
import { createManualClock } from './manual-clock.ts';
import { key } from './cache/scripted-source.ts';

const literal = { accessKeyId: 'id', accessKeySecret: 'secret' };

describe('toProvider', () => {
  it('makes one lasting snapshot of a literal', async () => {
    const mutable = { ...literal };
    const provider = toProvider(mutable);
    mutable.accessKeySecret = 'changed';
    const [first, second] = [await provider.getCredentials(), await provider.getCredentials()];
    expect(first).toBe(second);
    expect(first.accessKeySecret).toBe('secret');
    expect(provider.invalidate).toBeUndefined();
  });

  it('refuses a literal that has expired, by the clock that it is given, when it is used', async () => {
    const clock = createManualClock();
    const provider = toProvider({ ...literal, expiration: clock.at(1_000) }, { clock });
    clock.advance(999);
    expect((await provider.getCredentials()).accessKeyId).toBe('id');
    clock.advance(1);
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'EXPIRED', retryable: false });
  });

  it('refuses a token of unknown end when no token could be alive any more', async () => {
    const clock = createManualClock();
    const provider = toProvider({ ...literal, securityToken: 'token' }, { clock });
    clock.advance(12 * 3_600_000 - 1);
    expect((await provider.getCredentials()).accessKeyId).toBe('id');
    clock.advance(1);
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'EXPIRED', message: /expired by/ });
  });

  it('refuses a literal when the signal has aborted', async () => {
    const reason = new Error('enough');
    const call = toProvider(literal).getCredentials({ signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
  });

  it('caches a source', async () => {
    let fetches = 0;
    const provider = toProvider({
      name: 'counting',
      async fetch() {
        fetches += 1;
        return literal;
      },
    });
    await Promise.all([provider.getCredentials(), provider.getCredentials()]);
    await provider.getCredentials();
    expect(fetches).toBe(1);
  });

  it.each<[string, () => ReturnType<Extract<CredentialInput, () => unknown>>]>([
    ['a function', () => literal],
    ['an async function', async () => literal],
  ])('caches %s', async (_name, fetch) => {
    let fetches = 0;
    const provider = toProvider(() => {
      fetches += 1;
      return fetch();
    });
    await provider.getCredentials();
    expect((await provider.getCredentials()).accessKeySecret).toBe('secret');
    expect(fetches).toBe(1);
  });

  it('names a function that throws, at once or later, as a source that is unavailable', async () => {
    const failure = new Error('no network');
    for (const fetch of [
      () => Promise.reject(failure),
      () => {
        throw failure;
      },
    ]) {
      await expect(toProvider(fetch).getCredentials()).rejects.toMatchObject({
        name: 'CredentialError',
        code: 'UNAVAILABLE',
        retryable: true,
        cause: failure,
      });
    }
  });

  it('returns a provider as it is, its own results included', () => {
    const provider: CredentialProvider = { getCredentials: async () => literal };
    expect(toProvider(provider)).toBe(provider);
    const own = toProvider(() => key(1));
    expect(toProvider(own)).toBe(own);
    const kept = cached({ name: 'x', fetch: async () => key(1) });
    expect(toProvider(kept)).toBe(kept);
  });

  it.each([undefined, null, 'LTAI', 5, {}, [], { fetch: 'url' }, { getCredentials: true }])('refuses %j', (input) => {
    expect(() => toProvider(input as CredentialInput)).toThrowError(
      expect.objectContaining({
        name: 'CredentialError',
        code: 'INVALID_CONFIG',
        message: expect.stringContaining('a source with fetch(), a provider with getCredentials(), or a function'),
      }),
    );
  });

  it('refuses options that a cache does not have, for a literal too', () => {
    const options = { timeout: 5 } as object;
    expect(() => toProvider(literal, options)).toThrow(
      new TypeError('toProvider has no option "timeout". Did you mean timeoutMs?'),
    );
  });

  it.each([
    [{ signal: true }, 'getCredentials: signal must be an AbortSignal'],
    [{ minValidityMs: '5m' }, 'getCredentials: minValidityMs must be a number'],
    [{ minValidity: 5 }, 'getCredentials has no option "minValidity". Did you mean minValidityMs?'],
    [null, 'getCredentials takes an object of options: signal, minValidityMs'],
  ])('rejects %j in a call', async (request, message) => {
    for (const input of [literal, async (): Promise<typeof literal> => literal]) {
      await expect(toProvider(input).getCredentials(request as object)).rejects.toThrow(new TypeError(message));
    }
  });
});
