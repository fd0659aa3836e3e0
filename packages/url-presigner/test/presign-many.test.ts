import type { Credentials } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import type { PresignRequest } from '../src/presigner.ts';

const base = { region: 'cn-hangzhou', bucket: 'my-bucket' };

function* keys(count: number): Generator<PresignRequest> {
  for (let index = 0; index < count; index += 1) yield { key: `k${index}`, expiresIn: 60 };
}

/** A provider that counts, whose tokens live for as long as is said. */
function counting(clock: { readonly now: () => number }, lifeMs: number) {
  const asked: number[] = [];
  const getCredentials = async (): Promise<Credentials> => {
    asked.push(clock.now());
    const expiration = new Date(clock.now() + lifeMs);
    return { accessKeyId: `STS.${asked.length}`, accessKeySecret: 's', securityToken: 't', expiration };
  };
  return { asked, provider: { getCredentials } };
}

describe('presignMany', () => {
  it('holds one snapshot for the links of one second, and asks again in the next', async () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => 0 };
    const { asked, provider } = counting(clock, 3_600_000);
    const ids = new Set<string>();
    for await (const result of createPresigner({ ...base, clock, credentials: provider }).presignMany(keys(40))) {
      now += 100;
      if (result.ok) ids.add(/credential=STS\.(\d+)/.exec(result.value.url)?.[1] ?? '');
    }
    expect(asked).toEqual([0, 1000, 2000, 3000]);
    expect([...ids]).toEqual(['1', '2', '3', '4']);
  });

  it('asks at once for a link that the snapshot would not outlive', async () => {
    const clock = { now: () => 0, monotonic: () => 0 };
    const { asked, provider } = counting(clock, 120_000);
    const presigner = createPresigner({ ...base, clock, credentials: provider });
    const requests: PresignRequest[] = [{ key: 'a' }, { key: 'b', expiresIn: 60 }, { key: 'c', expiresIn: '1h' }];
    const results = [];
    for await (const result of presigner.presignMany(requests)) results.push(result.ok);
    expect(results).toEqual([false, true, false]);
    expect(asked).toHaveLength(2);
  });

  it('takes requests from an async source too, no sooner than their results are wanted', async () => {
    let taken = 0;
    async function* source(): AsyncGenerator<PresignRequest> {
      for (const request of keys(100)) {
        taken += 1;
        yield request;
      }
    }
    const credentials = { accessKeyId: 'id', accessKeySecret: 's' };
    for await (const result of createPresigner({ ...base, credentials }).presignMany(source())) {
      expect(result.ok).toBe(true);
      if (taken === 3) break;
    }
    expect(taken).toBe(3);
  });

  it('makes credentials that cannot be fetched failed results, not the end of the run', async () => {
    const getCredentials = async (): Promise<Credentials> => {
      throw new TypeError('no credentials');
    };
    const presigner = createPresigner({ ...base, credentials: { getCredentials } });
    const messages = [];
    for await (const result of presigner.presignMany(keys(2))) messages.push(result.ok ? '' : result.error.message);
    expect(messages).toEqual(['no credentials', 'no credentials']);
  });

  it('gives the links that single calls give', async () => {
    const clock = { now: () => 1_767_225_600_000, monotonic: () => 0 };
    const presigner = createPresigner({ ...base, clock, credentials: { accessKeyId: 'id', accessKeySecret: 's' } });
    for await (const result of presigner.presignMany(keys(3))) {
      expect(result).toEqual({ ok: true, input: result.input, value: await presigner.presign(result.input) });
    }
  });
});
