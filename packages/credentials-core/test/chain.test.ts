import { describe, expect, it } from 'vitest';
import { cached } from '../src/cache/cached.ts';
import { chain } from '../src/chain.ts';
import { systemClock } from '../src/clock.ts';
import type { CredentialSource } from '../src/contracts.ts';
import { CredentialError } from '../src/credential-error.ts';
import { key, unavailable } from './cache/scripted-source.ts';

const context = { signal: new AbortController().signal, clock: systemClock };
const source = (name: string, fetch: CredentialSource['fetch']): CredentialSource => ({ name, fetch });
const absent = (name: string): CredentialSource =>
  source(name, async () => {
    throw new CredentialError(`${name}: set NAME_OF_${name}`, { code: 'NOT_CONFIGURED', retryable: false });
  });

describe('chain', () => {
  it('takes the first source that is configured and asks none after it', async () => {
    const asked: string[] = [];
    const noted = (name: string, n: number): CredentialSource =>
      source(name, async () => {
        asked.push(name);
        return key(n);
      });
    const joined = chain([absent('a'), noted('b', 1), noted('c', 2)]);
    expect(await joined.fetch(context)).toEqual(key(1));
    expect(asked).toEqual(['b']);
  });

  it('stops at a source that is configured and fails, with its error untouched', async () => {
    const error = unavailable();
    const failing = source('b', async () => {
      throw error;
    });
    await expect(chain([absent('a'), failing, source('c', async () => key(1))]).fetch(context)).rejects.toBe(error);
  });

  it('stops at an error that is none of ours', async () => {
    const error = Object.assign(new Error('bug'), { code: 'NOT_CONFIGURED' });
    const buggy = source('a', async () => {
      throw error;
    });
    await expect(chain([buggy, source('b', async () => key(1))]).fetch(context)).rejects.toBe(error);
  });

  it('names what each source needs when none is configured', async () => {
    const failure = await chain([absent('a'), absent('b')])
      .fetch(context)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'NOT_CONFIGURED', retryable: false });
    expect((failure as Error).message).toBe(
      'no credentials are configured:\n  - a: set NAME_OF_a\n  - b: set NAME_OF_b',
    );
    expect(((failure as Error).cause as AggregateError).errors.length).toBe(2);
  });

  it('asks the one that answered alone from then on, and not one that only failed', async () => {
    const asked: string[] = [];
    let broken = true;
    const slow = source('slow', async () => {
      asked.push('slow');
      throw new CredentialError('none', { code: 'NOT_CONFIGURED', retryable: false });
    });
    const moody = source('moody', async () => {
      asked.push('moody');
      if (broken) throw unavailable();
      return key(1);
    });
    const joined = chain([slow, moody]);
    await expect(joined.fetch(context)).rejects.toThrow('down');
    broken = false;
    await joined.fetch(context);
    await joined.fetch(context);
    expect(asked).toEqual(['slow', 'moody', 'slow', 'moody', 'moody']);
    broken = true;
    await expect(joined.fetch(context)).rejects.toThrow('down');
    expect(asked.at(-1)).toBe('moody');
    expect(asked.length).toBe(6);
    broken = false;
    await joined.fetch(context);
    expect(asked.slice(6)).toEqual(['moody']);
  });

  it('starts over when the one that answered is no longer configured, or badly', async () => {
    let code: 'NOT_CONFIGURED' | 'INVALID_CONFIG' | undefined;
    const moody = source('moody', async () => {
      if (code === undefined) return key(1);
      throw new CredentialError('moody', { code, retryable: false });
    });
    let first = false;
    const late = source('late', async () => {
      if (first) return key(2);
      throw new CredentialError('none', { code: 'NOT_CONFIGURED', retryable: false });
    });
    const joined = chain([late, moody]);
    expect(await joined.fetch(context)).toEqual(key(1));
    first = true;
    code = 'NOT_CONFIGURED';
    expect(await joined.fetch(context)).toEqual(key(2));
    const other = chain([late, moody]);
    [first, code] = [false, undefined];
    await other.fetch(context);
    code = 'INVALID_CONFIG';
    await expect(other.fetch(context)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    first = true;
    expect(await other.fetch(context)).toEqual(key(2));
  });

  it('passes its context on', async () => {
    const contexts: unknown[] = [];
    const noting = source('a', async (given) => {
      contexts.push(given);
      return key(1);
    });
    await chain([noting]).fetch(context);
    expect(contexts).toEqual([context]);
  });

  it('is a source of its own: chains nest, and their name shows the path', async () => {
    const inner = chain([absent('b'), source('c', async () => key(3))]);
    const outer = chain([absent('a'), inner]);
    expect(outer.name).toBe('chain(a,chain(b,c))');
    expect((await cached(outer).getCredentials()).accessKeyId).toBe('STS.key3');
  });

  it('does not follow later changes of the list', async () => {
    const links = [absent('a'), source('b', async () => key(1))];
    const joined = chain(links);
    links.length = 0;
    expect(await joined.fetch(context)).toEqual(key(1));
  });

  it('needs a source', () => {
    expect(() => chain([])).toThrow(TypeError);
  });
});
