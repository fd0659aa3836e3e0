import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../src/contracts.ts';
import { snapshotCredentials, sameCredentials } from '../src/credentials.ts';

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
