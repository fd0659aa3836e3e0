import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../src/contracts.ts';
import { latestEndMs, sameCredentials, snapshotCredentials } from '../src/credentials.ts';
import { toProvider } from '../src/to-provider.ts';

const good = { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'a token' };
const refusal = (message: RegExp): unknown =>
  expect.objectContaining({
    name: 'CredentialError',
    code: 'INVALID_CONFIG',
    retryable: false,
    message: expect.stringMatching(message),
  });

const BAD: readonly [string, unknown, RegExp][] = [
  ['nothing', undefined, /must be an object/],
  ['null', null, /must be an object/],
  ['text', 'LTAI:secret', /must be an object/],
  ['no key id', { accessKeySecret: 's' }, /accessKeyId is missing/],
  ['no secret', { accessKeyId: 'id' }, /accessKeySecret is missing/],
  ['an empty key id', { ...good, accessKeyId: '' }, /accessKeyId must be a non-empty string/],
  ['an empty secret', { ...good, accessKeySecret: '' }, /accessKeySecret must be a non-empty string/],
  ['an empty token', { ...good, securityToken: '' }, /securityToken must be a non-empty string/],
  ['a number', { ...good, accessKeyId: 5 }, /accessKeyId must be a non-empty string/],
  ['a null token', { ...good, securityToken: null }, /securityToken must be a non-empty string/],
  ['a trailing line break', { ...good, accessKeySecret: 'secret\n' }, /accessKeySecret has white space/],
  ['a leading space', { ...good, accessKeyId: ' STS.id' }, /accessKeyId has white space/],
  ['a space within the secret', { ...good, accessKeySecret: 'se cret' }, /accessKeySecret has white space/],
  [
    'a header injection in the token',
    { ...good, securityToken: 'a\r\nx-oss-evil: 1' },
    /securityToken has white space/,
  ],
  ['a trailing space in the token', { ...good, securityToken: 'a ' }, /securityToken has white space/],
  ['a non-ASCII secret', { ...good, accessKeySecret: 'sécret' }, /accessKeySecret has/],
  ['a key id with a comma', { ...good, accessKeyId: 'STS.id,x' }, /accessKeyId must not contain/],
  ['a key id with a slash', { ...good, accessKeyId: 'STS.id/20260101' }, /accessKeyId must not contain/],
  ['a key id with a colon', { ...good, accessKeyId: 'STS.id:x' }, /accessKeyId must not contain/],
  ['a zero-width space', { ...good, accessKeyId: 'STS.id\u200b' }, /accessKeyId has/],
  [
    'an STS key without token',
    { accessKeyId: 'STS.id', accessKeySecret: 's' },
    /securityToken is missing.*\{\.\.\.credentials\}/,
  ],
  ['an expiration as text', { ...good, expiration: '2026-01-01T00:00:00Z' }, /expiration must be a Date, not text/],
  ['an invalid expiration', { ...good, expiration: new Date(Number.NaN) }, /expiration must be a valid Date/],
  [
    'a spread copy of a snapshot',
    { ...snapshotCredentials(good) },
    /accessKeySecret is missing.*\{\.\.\.credentials\}/,
  ],
];

describe('malformed credentials', () => {
  it.each(BAD)('%s: refused when taken', (_name, value, message) => {
    expect(() => snapshotCredentials(value as Credentials)).toThrowError(refusal(message));
  });

  it.each(BAD.filter(([, value]) => typeof value === 'object' && value !== null))(
    '%s: refused as a literal for a provider',
    (_name, value, message) => {
      expect(() => toProvider(value as Credentials)).toThrowError(refusal(message));
    },
  );

  it('are never quoted in the message', () => {
    for (const [, value] of BAD) {
      const failure = (): unknown => snapshotCredentials(value as Credentials);
      expect(failure).toThrowError(
        expect.objectContaining({ message: expect.not.stringMatching(/cret\n|se cret|sécret|evil/) }),
      );
    }
  });
});

it('a token may hold spaces within and any printable character', () => {
  const securityToken = 'attachment; /file/name==example.txt++ %2B~!';
  expect(snapshotCredentials({ ...good, securityToken }).securityToken).toBe(securityToken);
});

const SECRET = 'secret-must-not-show';
const TOKEN = 'token-must-not-show';
const expiration = new Date('2026-01-01T00:00:00Z');
const literal = { accessKeyId: 'STS.id', accessKeySecret: SECRET, securityToken: TOKEN, expiration };
const snapshot = (): Credentials => snapshotCredentials(literal);

describe('a snapshot of credentials', () => {
  it('gives every value by name', () => {
    const { accessKeyId, accessKeySecret, securityToken, expiration: end } = snapshot();
    expect({ accessKeyId, accessKeySecret, securityToken, expiration: end }).toEqual(literal);
  });

  it.each<[string, (value: object) => string]>([
    ['util.inspect', (value) => inspect(value)],
    ['util.inspect with hidden properties', (value) => inspect(value, { showHidden: true, depth: null })],
    [
      'util.inspect with hidden properties and no custom inspection',
      (value) => inspect(value, { showHidden: true, customInspect: false }),
    ],
    ['util.inspect with getters called', (value) => inspect(value, { getters: true, showHidden: true })],
    [
      'util.inspect, nested',
      (value) => inspect({ a: [{ b: new Map([['c', value]]) }] }, { depth: 9, showHidden: true }),
    ],
    ['console.log formatting', (value) => format('%s %o %O %j', value, value, value, value)],
    ['JSON.stringify', (value) => JSON.stringify({ nested: [value] })],
    ['String()', (value: unknown) => String(value)],
    ['a template', (value) => `credentials: ${value as unknown as string}`],
    ['Array.join', (value: unknown) => [value].join()],
    ['structuredClone', (value) => JSON.stringify(structuredClone(value))],
    ['a spread copy', (value) => JSON.stringify({ ...value })],
    ['Object.assign', (value) => JSON.stringify(Object.assign({}, value))],
    ['Object.entries', (value) => JSON.stringify(Object.entries(value))],
    [
      'for ... in',
      (value) => {
        const seen: string[] = [];
        for (const name in value) seen.push(name, String(Reflect.get(value, name)));
        return seen.join();
      },
    ],
    ["an error's cause", (value) => inspect(new Error('failed', { cause: value }), { showHidden: true, depth: 9 })],
  ])('shows its key id and neither secret nor token to %s', (_name, show) => {
    const shown = show(snapshot());
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(TOKEN);
    expect(shown).toContain('STS.id');
  });

  it('says that something is there and masked', () => {
    expect(JSON.parse(JSON.stringify(snapshot()))).toEqual({
      accessKeyId: 'STS.id',
      accessKeySecret: '[redacted]',
      securityToken: '[redacted]',
      expiration: '2026-01-01T00:00:00.000Z',
    });
    const shown: unknown = snapshot();
    expect(String(shown)).toBe('Credentials(STS.id)');
  });

  it('keeps key id and expiration in copies, and nothing else', () => {
    expect({ ...snapshot() }).toEqual({ accessKeyId: 'STS.id', expiration });
    expect(structuredClone(snapshot())).toEqual({ accessKeyId: 'STS.id', expiration });
  });

  it('has no token and no expiration where the literal had none', () => {
    const lasting = snapshotCredentials({ accessKeyId: 'id', accessKeySecret: SECRET });
    expect(lasting.securityToken).toBeUndefined();
    expect(lasting.expiration).toBeUndefined();
    expect(JSON.parse(JSON.stringify(lasting))).toEqual({ accessKeyId: 'id', accessKeySecret: '[redacted]' });
  });

  it('cannot be changed', () => {
    const frozen = snapshot() as { accessKeySecret: string; extra?: string };
    expect(Object.isFrozen(frozen)).toBe(true);
    expect(() => {
      frozen.accessKeySecret = 'other';
    }).toThrow(TypeError);
    expect(() => {
      frozen.extra = 'other';
    }).toThrow(TypeError);
  });

  it('copies its Date in and out', () => {
    const end = new Date(expiration);
    const copy = snapshotCredentials({ ...literal, expiration: end });
    end.setFullYear(2099);
    copy.expiration?.setFullYear(2099);
    expect(copy.expiration).toEqual(expiration);
  });

  it('of a snapshot is an equal snapshot: hidden values are read by name', () => {
    const again = snapshotCredentials(snapshot());
    expect([again.accessKeySecret, again.securityToken]).toEqual([SECRET, TOKEN]);
  });
});

describe('sameCredentials', () => {
  it('compares key, secret and token by content', () => {
    expect(sameCredentials(snapshot(), literal)).toBe(true);
    expect(sameCredentials(literal, { ...literal, accessKeyId: 'STS.other' })).toBe(false);
    expect(sameCredentials(literal, { ...literal, securityToken: 'other' })).toBe(false);
    expect(sameCredentials(literal, { ...literal, accessKeySecret: 'other' })).toBe(false);
  });
});

describe('fields of other libraries', () => {
  const foreign = { accessKeyId: 'id', accessKeySecret: SECRET };

  it.each(['stsToken', 'sessionToken'])(
    'with the token as %s are refused: without it every request would fail',
    (name) => {
      expect(() => snapshotCredentials({ ...foreign, [name]: TOKEN })).toThrowError(refusal(/name it securityToken/));
      expect(() => snapshotCredentials({ ...foreign, [name]: TOKEN })).toThrowError(
        expect.objectContaining({ message: expect.not.stringContaining(TOKEN) }),
      );
    },
  );

  it('are taken otherwise', () => {
    const extended = { ...foreign, providerName: 'x', stsToken: undefined, toJSON: () => 'x' };
    expect(snapshotCredentials(extended).accessKeySecret).toBe(SECRET);
    expect(snapshotCredentials({ ...extended, securityToken: TOKEN, sessionToken: TOKEN } as never).securityToken).toBe(
      TOKEN,
    );
  });
});

describe('latestEndMs', () => {
  const HOUR = 3_600_000;

  it('is the expiration, where there is one', () => {
    expect(latestEndMs(literal, 0)).toBe(expiration.getTime());
  });

  it('is 12 hours after a token without one was seen, and never for lasting keys', () => {
    const { expiration: _, ...token } = literal;
    expect(latestEndMs(token, 5)).toBe(12 * HOUR + 5);
    expect(latestEndMs({ accessKeyId: 'id', accessKeySecret: SECRET }, 5)).toBe(Infinity);
  });

  it.each(['2026-01-01T00:00:00', new Date(Number.NaN), 5])('refuses %s of a foreign provider by name', (end) => {
    const foreign = { ...literal, expiration: end as Date };
    expect(() => latestEndMs(foreign, 0)).toThrowError(refusal(/expiration must be/));
  });
});
