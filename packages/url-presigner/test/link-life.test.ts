import type { Credentials } from '@ossgrant/credentials-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPresigner } from '../src/create-presigner.ts';
import { inspectUrl } from '../src/inspect/inspect-url.ts';
import { durationSeconds } from '../src/link-life.ts';
import { createPostPresigner } from '../src/post/create-post-presigner.ts';
import type { Duration, PresignerOptions, PresignRequest } from '../src/presigner.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 300);
const HOUR_MS = 3_600_000;
const WEEK_MS = 604_800_000;
const TOKEN_MS = 12 * HOUR_MS;
const now = Date.parse('2026-01-01T10:00:00Z');

const at = (ms: number) => ({ now: () => ms, monotonic: () => 0 });
const base = { region: 'cn-hangzhou', bucket: 'my-bucket', clock: at(now) };
const lasting: Credentials = { accessKeyId: 'id', accessKeySecret: 's' };
const temporary: Credentials = { accessKeyId: 'STS.id', accessKeySecret: 's', securityToken: 't' };

describe('durationSeconds', () => {
  it.each<[Duration, number]>([
    [90, 90],
    [1.9, 1],
    ['15m', 900],
    ['1.5h', 5400],
    ['7d', 604_800],
  ])('reads %s', (duration, seconds) => {
    expect(durationSeconds(duration)).toBe(seconds);
  });

  it.each([0, -1, 0.5, Number.NaN, Infinity, '15', '15 m', 'm', '0s', '1e3s', `${'9'.repeat(90_000)}s`])(
    'refuses %.20s and names the option',
    (duration) => {
      expect(() => durationSeconds(duration as Duration, 'expiresIn')).toThrow(RangeError);
      expect(() => durationSeconds(duration as Duration, 'expiresIn')).toThrow(/^expiresIn must be .{0,150}$/);
    },
  );
});

describe('temporary credentials whose end is not known', () => {
  const presign = (request: Partial<PresignRequest>, options: Partial<PresignerOptions> = {}) =>
    createPresigner({ ...base, credentials: temporary, ...options }).presign({
      key: 'a',
      ...request,
    } as PresignRequest);

  it('sign no link of more than twelve hours', async () => {
    await expect(presign({ expiresIn: '12h' })).resolves.toMatchObject({ limitedBy: 'request' });
    const failure = presign({ expiresIn: '7d' });
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIAL_TOO_SHORT' });
    await expect(failure).rejects.toThrow('no security token lives longer than 12 hours');
    await expect(failure).rejects.toThrow('2026-01-01T22:00:00.000Z at the latest');
  });

  it.each(['v4', 'v1'] as const)('shorten a %s link to twelve hours when asked to', async (version) => {
    const link = await presign({ expiresIn: '7d' }, { ifShorter: 'clamp', version });
    expect(link).toMatchObject({ limitedBy: 'credential', expiration: new Date(now + TOKEN_MS) });
  });

  it('do not shorten the links of a long-lived key', async () => {
    const link = await presign({ expiresIn: '7d' }, { credentials: lasting });
    expect(link).toMatchObject({ limitedBy: 'request', expiration: new Date(now + WEEK_MS) });
  });

  it('end twelve hours after the presigner was made, however late a link is signed', async () => {
    let time = now;
    const clock = { now: () => time, monotonic: () => time - now };
    const presigner = createPresigner({ ...base, clock, credentials: temporary, ifShorter: 'clamp' });
    time += 11 * HOUR_MS;
    const link = await presigner.presign({ key: 'a', expiresIn: '2h' });
    expect(link).toMatchObject({ limitedBy: 'credential', expiration: new Date(now + TOKEN_MS) });
    time += HOUR_MS;
    await expect(presigner.presign({ key: 'a' })).rejects.toMatchObject({ code: 'EXPIRED' });
  });

  it('sign no form of more than twelve hours', async () => {
    const forms = createPostPresigner({ ...base, credentials: temporary });
    await expect(forms.presignPost({ key: 'a', expiresIn: '13h' })).rejects.toMatchObject({
      code: 'CREDENTIAL_TOO_SHORT',
    });
  });
});

it('refuses an expiration that is not a Date, by its own error', async () => {
  const expiration = '2026-01-01T12:00:00Z' as unknown as Date;
  const credentials = { getCredentials: async () => ({ ...temporary, expiration }) };
  const failure = createPresigner({ ...base, credentials }).presign({ key: 'a' });
  await expect(failure).rejects.toMatchObject({ name: 'CredentialError', code: 'INVALID_CONFIG' });
  for await (const result of createPresigner({ ...base, credentials }).presignMany([{ key: 'a' }])) {
    expect(result).toMatchObject({ ok: false, error: { code: 'INVALID_CONFIG' } });
  }
});

describe('an end that no date can say', () => {
  it.each<Partial<PresignRequest>>([{ expiresIn: 9e12 }, { expiresIn: '99999999d' }, { expiresAt: new Date(8.64e15) }])(
    'is refused: %j',
    async (life) => {
      const presigner = createPresigner({ ...base, credentials: lasting, version: 'v1' });
      const failure = presigner.presign({ key: 'a', ...life } as PresignRequest);
      await expect(failure).rejects.toThrow(RangeError);
      await expect(failure).rejects.toThrow('after the year 9999');
    },
  );
});

describe('a stable window that began in the past', () => {
  it('never makes a link that has ended, though less was left of seven days', async () => {
    const presigner = createPresigner({ ...base, credentials: lasting, ifShorter: 'clamp' });
    const failure = presigner.presign({ key: 'a', expiresIn: '1d', stableWindow: '30d' });
    await expect(failure).rejects.toMatchObject({ code: 'LIFETIME_TOO_LONG' });
  });

  it('never makes a link that has ended with a token of unknown end', async () => {
    const presigner = createPresigner({ ...base, credentials: temporary, ifShorter: 'clamp' });
    const failure = presigner.presign({ key: 'a', expiresIn: '1h', stableWindow: '5d' });
    await expect(failure).rejects.toMatchObject({ code: 'CREDENTIAL_TOO_SHORT' });
  });
});

it('gives the clock of a presigner of forms to the credentials', async () => {
  const credentials = { ...temporary, expiration: new Date(now + HOUR_MS) };
  const post = await createPostPresigner({ ...base, credentials }).presignPost({ key: 'a', expiresIn: '15m' });
  expect(post.expiration).toEqual(new Date(now + 900_000));
  const later = createPostPresigner({ ...base, clock: at(now + 2 * HOUR_MS), credentials });
  await expect(later.presignPost({ key: 'a' })).rejects.toMatchObject({ name: 'CredentialError', code: 'EXPIRED' });
});

describe('no link, form or sentence claims more life than can be true', () => {
  const instants = fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2100-01-01') });
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 2_000_000 }),
    fc.constantFrom<Duration>('1s', '15m', '12h', '7d', '30d'),
  );
  const ends = fc.oneof(
    fc.constant<'none' | 'unknown'>('none'),
    fc.constant<'none' | 'unknown'>('unknown'),
    fc.integer({ min: -HOUR_MS, max: 30 * 86_400_000 }),
  );
  const cases = fc.record({
    clock: instants,
    end: ends,
    version: fc.constantFrom<'v4' | 'v1'>('v4', 'v1'),
    ifShorter: fc.constantFrom<'error' | 'clamp'>('error', 'clamp'),
    life: fc.oneof(
      lengths.map((expiresIn) => ({ expiresIn })),
      fc.integer({ min: -1000, max: WEEK_MS * 3 }).map((ms) => ({ after: ms })),
    ),
    stableWindow: fc.option(lengths, { nil: undefined }),
  });

  it('whatever the clock, the token, the window and the version', async () => {
    let signed = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ clock, end, version, ifShorter, life, stableWindow }) => {
        const known = typeof end === 'number' ? { expiration: new Date(clock + end) } : {};
        const credentials = { getCredentials: async () => ({ ...(end === 'none' ? lasting : temporary), ...known }) };
        const options = { ...base, clock: at(clock), credentials, version, ifShorter };
        const lifetime = 'after' in life ? { expiresAt: new Date(clock + life.after) } : { expiresIn: life.expiresIn };
        const limits = [
          typeof end === 'number' ? clock + end : Infinity,
          end === 'unknown' ? clock + TOKEN_MS : Infinity,
          version === 'v4' ? clock + WEEK_MS : Infinity,
        ];
        const wish = stableWindow === undefined ? {} : { stableWindow };
        const link = await createPresigner(options)
          .presign({ key: 'a', ...lifetime, ...wish })
          .catch(expectedError);
        const form = await createPostPresigner(options)
          .presignPost({ key: 'a', ...lifetime })
          .catch(expectedError);
        for (const ending of [link, form]) {
          if (ending === undefined) continue;
          signed += 1;
          const { expiration, requestedExpiration, limitedBy } = ending;
          expect(expiration.getTime()).toBeLessThanOrEqual(Math.min(...limits));
          expect(expiration.getTime()).toBeGreaterThan(Math.floor(clock / 1000) * 1000);
          expect(expiration.getTime()).toBeLessThanOrEqual(requestedExpiration.getTime());
          if (ifShorter === 'error') expect(limitedBy).toBe('request');
        }
        if (link === undefined) return;
        const { end: shown, secondsLeft } = inspectUrl(link.url, { now: new Date(clock) });
        expect(shown?.getTime()).toBeLessThanOrEqual(link.expiration.getTime());
        expect(clock + (secondsLeft ?? 0) * 1000).toBeLessThanOrEqual(link.expiration.getTime());
      }),
      { numRuns: RUNS },
    );
    expect(signed).toBeGreaterThan(RUNS / 4);
  });

  function expectedError(error: unknown): undefined {
    expect((error as Error).name).toMatch(/^(PresignError|RangeError)$/);
    return undefined;
  }
});
