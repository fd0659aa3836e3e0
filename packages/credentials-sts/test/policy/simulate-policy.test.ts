import { describe, expect, it } from 'vitest';
import { allowDownload } from '../../src/policy/allow-download.ts';
import { simulatePolicy, type SimulateOptions } from '../../src/policy/simulate-policy.ts';

const allow = (Action: string, Resource: string, more: object = {}): object => ({
  Version: '1',
  Statement: { Effect: 'Allow', Action, Resource, ...more },
});
const deny = (Action: string, Resource: string): object => ({
  Version: '1',
  Statement: [{ Effect: 'Deny', Action, Resource }],
});
const READER = allow('oss:Get*', '*');
const ask = (options: Partial<SimulateOptions>) =>
  simulatePolicy({ policies: [READER], action: 'oss:GetObject', bucket: 'b-1', key: 'dir/k', ...options });
const scope = allowDownload({ bucket: 'b-1', prefix: 'dir/', sourceIp: '192.0.2.0/24' });

describe('simulatePolicy', () => {
  it('allows what one of the policies allows, and says which', () => {
    expect(ask({ policies: [allow('oss:PutObject', '*'), READER] })).toEqual({
      decision: 'allow',
      matched: [{ policy: 1, statement: 0 }],
      why: 'statement 1 of policy 2 allows it',
      absentKeys: [],
    });
  });

  it('denies what no policy speaks of', () => {
    expect(ask({ policies: [], action: 'oss:PutObject' })).toMatchObject({
      decision: 'implicit-deny',
      matched: [],
      why: 'no statement of the policies allows oss:PutObject on object "dir/k" of bucket "b-1"',
    });
  });

  it('lets one Deny outweigh all, wherever it stands', () => {
    expect(ask({ policies: [READER, deny('*', 'acs:oss:*:*:b-1/dir/*')] })).toMatchObject({
      decision: 'explicit-deny',
      matched: [{ policy: 1, statement: 0 }],
    });
    expect(ask({ sessionPolicy: deny('oss:GetObject', '*') })).toMatchObject({
      decision: 'explicit-deny',
      why: 'statement 1 of the session policy denies it, and one Deny outweighs all',
    });
  });

  it('asks role and session policy both', () => {
    const conditions = { 'acs:SourceIp': '192.0.2.9' };
    expect(ask({ sessionPolicy: scope, conditions }).decision).toBe('allow');
    expect(ask({ sessionPolicy: scope, conditions, key: 'other/k' })).toMatchObject({
      decision: 'implicit-deny',
      why: expect.stringContaining('no statement of the session policy does') as string,
    });
    expect(ask({ policies: [], sessionPolicy: scope, conditions }).decision).toBe('implicit-deny');
  });

  it('takes what was not given for absent, and says so', () => {
    expect(ask({ sessionPolicy: scope })).toMatchObject({ decision: 'implicit-deny', absentKeys: ['acs:SourceIp'] });
  });

  it.each<[string, string | undefined, string | undefined, boolean]>([
    ['acs:oss:*:*:b-1/*', 'cn-hangzhou', '1', true],
    ['acs:oss:oss-cn-hangzhou:*:b-1/*', 'cn-hangzhou', '1', true],
    ['acs:oss:oss-cn-beijing:*:b-1/*', 'cn-hangzhou', '1', false],
    ['acs:oss:oss-cn-beijing:*:b-1/*', undefined, undefined, true],
    ['acs:oss:*:2:b-1/*', 'cn-hangzhou', '1', false],
    ['acs:oss:*:2:b-1/*', 'cn-hangzhou', undefined, true],
    ['acs:ecs:*:*:b-1/*', undefined, undefined, false],
    ['acs:oss:*:*:b-1', undefined, undefined, false],
  ])('%s in region %s of account %s: %s', (resource, region, accountId, fits) => {
    const where = { ...(region === undefined ? {} : { region }), ...(accountId === undefined ? {} : { accountId }) };
    expect(ask({ policies: [allow('oss:*', resource)], ...where }).decision).toBe(fits ? 'allow' : 'implicit-deny');
  });

  it.each<[string, string | string[], string | undefined, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringNotEquals', 'a', undefined, true],
    ['StringEquals', 'a', undefined, false],
    ['StringLike', 'dir/*', 'dir/a/b', true],
    ['StringNotLike', 'dir/?', 'dir/ab', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'true', 'false', false],
    ['IpAddress', '192.0.2.0/24', '192.0.2.255', true],
    ['IpAddress', '192.0.2.0/24', '192.0.3.0', false],
    ['IpAddress', '0.0.0.0/0', '203.0.113.9', true],
    ['IpAddress', '2001:db8::/33', '2001:db8:7fff::1', true],
    ['IpAddress', '2001:db8::/33', '2001:db8:8000::1', false],
    ['IpAddress', '::ffff:192.0.2.1', '192.0.2.1', false],
    ['IpAddress', '::/0', '192.0.2.1', false],
    ['NotIpAddress', '192.0.2.0/24', '192.0.3.0', true],
    ['NumericLessThanEquals', '100', '100', true],
    ['NumericGreaterThan', '100', '99', false],
    ['NumericNotEquals', '1', '1.0', false],
    ['DateLessThan', '2026-12-01T00:00:00Z', '2026-11-30T23:59:59.999Z', true],
    ['DateGreaterThanEquals', '2026-12-01', '2026-12-01T00:00:00Z', true],
    ['DateEquals', '2026-12-01T08:00:00+08:00', '2026-12-01T00:00:00Z', true],
  ])('%s %s holds for %s: %s', (operator, wanted, actual, isHeld) => {
    const policies = [allow('oss:GetObject', '*', { Condition: { [operator]: { x: wanted } } })];
    const conditions = actual === undefined ? {} : { x: actual };
    expect(ask({ policies, conditions }).decision).toBe(isHeld ? 'allow' : 'implicit-deny');
  });

  it('does not let the star of the account swallow the bucket', () => {
    const policies = [allow('oss:*', 'acs:oss:*:*/k')];
    expect(() => ask({ policies })).toThrow('"acs:oss:*:*/k" is not a valid Resource at /Statement/Resource');
  });

  it.each<[Partial<SimulateOptions>, string]>([
    [{ action: 'oss:GetObjects' }, 'OSS has no action "oss:GetObjects": write "oss:GetObject"'],
    [{ action: 's3:GetObject' }, 'action must be one action of OSS'],
    [{ action: 'oss:Get*' }, 'action must be one action of OSS'],
    [
      { action: 'oss:ListObjects' },
      'name a bucket: leave the key out, and give the prefix as conditions["oss:Prefix"]',
    ],
    [{ action: 'oss:GetBucketInfo' }, 'name a bucket: leave the key out'],
    [{ conditions: { 'oss:Prefix': 'dir/' } }, 'requests for oss:GetObject have no oss:Prefix'],
    [{ bucket: 'My-Bucket' }, 'bucket must be'],
    [{ key: '/k' }, 'key must not start with "/"'],
  ])('refuses a request that nobody can make: %j', (request, message) => {
    expect(() => ask(request)).toThrow(message);
    expect(() => simulatePolicy({ policies: [READER], action: 'oss:GetObject', bucket: 'b-1' })).toThrow('give a key');
  });

  it('refuses a policy that it cannot understand, and says where', () => {
    expect(() => ask({ policies: [allow('oss:GetObject', '*', { Condition: { Foo: {} } })] })).toThrow(
      expect.objectContaining({
        code: 'INVALID_POLICY',
        message: expect.stringContaining('at /Statement/Condition/Foo') as string,
      }) as Error,
    );
  });
});
