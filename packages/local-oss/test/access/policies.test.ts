import { describe, expect, it } from 'vitest';
import { evaluate, type Verdict } from '../../src/access/authorize.ts';
import { PolicySyntaxError, parsePolicy } from '../../src/access/policy.ts';

const RESOURCE = 'acs:oss:oss-cn-hangzhou:1:bucket/dir/file.txt';
const facts = new Map([
  ['acs:SourceIp', '203.0.113.7'],
  ['acs:SecureTransport', 'false'],
  ['acs:CurrentTime', '2026-11-23T12:00:00.000Z'],
  ['oss:Prefix', 'dir/'],
  ['oss:Delimiter', ''],
]);

function verdict(statement: object, action = 'oss:GetObject', resource = RESOURCE): Verdict {
  const full = { Effect: 'Allow', Action: 'oss:GetObject', Resource: '*', ...statement };
  const document = parsePolicy(JSON.stringify({ Version: '1', Statement: [full] }));
  return evaluate('policy', [document], { action, resource, facts }).verdict;
}

describe('actions and resources', () => {
  it.each<[string, string, Verdict]>([
    ['oss:GetObject', 'oss:GetObject', 'allow'],
    ['OSS:getobject', 'oss:GetObject', 'allow'],
    ['oss:Get*', 'oss:GetObject', 'allow'],
    ['oss:Get*', 'oss:PutObject', 'no-match'],
    ['oss:GetObjec?', 'oss:GetObject', 'allow'],
    ['*', 'oss:GetObject', 'allow'],
    ['oss:GetObjectAcl', 'oss:GetObject', 'no-match'],
  ])('matches action %s against %s as %s', (Action, action, expected) => {
    expect(verdict({ Action }, action)).toBe(expected);
  });

  it.each<[string, Verdict]>([
    ['acs:oss:*:*:bucket/dir/file.txt', 'allow'],
    ['acs:oss:*:*:bucket/*', 'allow'],
    ['acs:oss:*:*:buck*', 'allow'],
    ['acs:oss:oss-cn-hangzhou:1:bucket/dir/*', 'allow'],
    ['acs:oss:*:2:bucket/*', 'no-match'],
    ['acs:oss:*:*:bucket/DIR/*', 'no-match'],
    ['acs:oss:*:*:bucket', 'no-match'],
    ['acs:oss:*:*:other/*', 'no-match'],
    ['acs:ram:*:*:bucket/*', 'no-match'],
  ])('matches resource %s as %s', (Resource, expected) => {
    expect(verdict({ Resource })).toBe(expected);
  });
});

describe('conditions', () => {
  it.each<[object, Verdict]>([
    // No text is not a number, and not 0.
    [{ NumericLessThan: { 'oss:Delimiter': '12' } }, 'no-match'],
    [{ NumericNotEquals: { 'oss:Delimiter': '0' } }, 'allow'],
    [{ IpAddress: { 'acs:SourceIp': ['203.0.113.0/24'] } }, 'allow'],
    [{ IpAddress: { 'acs:SourceIp': ['198.51.100.0/24', '203.0.113.7'] } }, 'allow'],
    [{ IpAddress: { 'acs:SourceIp': '198.51.100.0/24' } }, 'no-match'],
    [{ IpAddress: { 'acs:SourceIp': '::/0' } }, 'no-match'],
    [{ NotIpAddress: { 'acs:SourceIp': ['203.0.113.0/24'] } }, 'no-match'],
    [{ NotIpAddress: { 'acs:SourceIp': ['198.51.100.0/24'] } }, 'allow'],
    [{ Bool: { 'acs:SecureTransport': 'true' } }, 'no-match'],
    [{ Bool: { 'acs:SecureTransport': false } }, 'allow'],
    [{ DateLessThan: { 'acs:CurrentTime': '2026-11-23T12:00:01Z' } }, 'allow'],
    [{ DateLessThan: { 'acs:CurrentTime': '2026-11-23T20:00:00+08:00' } }, 'no-match'],
    [{ DateGreaterThan: { 'acs:CurrentTime': '2026-11-23T12:00:00Z' } }, 'no-match'],
    [{ StringLike: { 'oss:Prefix': ['other/*', 'dir/*'] } }, 'allow'],
    [{ StringEquals: { 'oss:Prefix': 'dir' } }, 'no-match'],
    [{ StringNotLike: { 'oss:Prefix': ['dir*'] } }, 'no-match'],
    [{ StringEquals: { 'oss:Delimiter': '/' } }, 'no-match'],
    [{ StringNotEquals: { 'oss:Delimiter': '/' } }, 'allow'],
    [{ StringLike: { 'oss:Prefix': 'dir*' }, Bool: { 'acs:SecureTransport': 'true' } }, 'no-match'],
  ])('evaluates %j as %s', (Condition, expected) => {
    expect(verdict({ Condition })).toBe(expected);
  });

  it('lets one Deny outweigh every Allow', () => {
    const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
    const deny = { Effect: 'Deny', Action: 'oss:GetObject', Resource: '*' };
    const document = parsePolicy(JSON.stringify({ Version: '1', Statement: [allow, deny, allow] }));
    const result = evaluate('policy', [document], { action: 'oss:GetObject', resource: RESOURCE, facts });
    expect(result.verdict).toBe('explicit-deny');
    expect(result.trace).toEqual(['policy 1, statement 2: Deny oss:GetObject']);
  });
});

describe('a policy that cannot be evaluated is refused when it is read', () => {
  const statement = { Effect: 'Deny', Action: 'oss:*', Resource: '*' };
  const withCondition = (Condition: object): object => ({ Version: '1', Statement: [{ ...statement, Condition }] });
  it.each<[string, unknown]>([
    ['an unknown operator', withCondition({ StringSoundsLike: { 'oss:Prefix': 'a' } })],
    ['an operator by a prototype name', withCondition({ constructor: { 'oss:Prefix': 'a' } })],
    ['an unknown key', withCondition({ StringEquals: { 'acs:MoonPhase': 'full' } })],
    ['a network that is none', withCondition({ IpAddress: { 'acs:SourceIp': '203.0.113.0/33' } })],
    ['a date in words', withCondition({ DateLessThan: { 'acs:CurrentTime': 'tomorrow' } })],
    ['a date of HTTP', withCondition({ DateLessThan: { 'acs:CurrentTime': 'Mon, 23 Nov 2026 12:00:00 GMT' } })],
    ['a year alone', withCondition({ DateLessThan: { 'acs:CurrentTime': '2026' } })],
    ['a date without zone', withCondition({ DateLessThan: { 'acs:CurrentTime': '2026-11-23T12:00:00' } })],
    ['a number in hexadecimal', withCondition({ NumericEquals: { 'oss:Delimiter': '0x10' } })],
    ['a number with an exponent', withCondition({ NumericEquals: { 'oss:Delimiter': '1e3' } })],
    ['a truth value that is none', withCondition({ Bool: { 'acs:SecureTransport': 'HTTPS' } })],
    ['no value', withCondition({ StringEquals: { 'oss:Prefix': [] } })],
    ['NotAction', { Version: '1', Statement: [{ Effect: 'Deny', NotAction: 'oss:*', Resource: '*' }] }],
    ['a Principal in a RAM policy', { Version: '1', Statement: [{ ...statement, Principal: '*' }] }],
    ['another version', { Version: '2', Statement: [statement] }],
    ['another effect', { Version: '1', Statement: [{ ...statement, Effect: 'deny' }] }],
    ['no statement', { Version: '1', Statement: [] }],
    ['a statement that is not an object', { Version: '1', Statement: ['Deny'] }],
    ['an action without its service', { Version: '1', Statement: [{ ...statement, Action: 'GetObject' }] }],
    ['an action that is empty', { Version: '1', Statement: [{ ...statement, Action: ['oss:Get*', ''] }] }],
    ['a resource without its service', { Version: '1', Statement: [{ ...statement, Resource: 'my-bucket/*' }] }],
    ['a resource without a name', { Version: '1', Statement: [{ ...statement, Resource: ['*', 'acs:oss:*'] }] }],
    ['a resource of another scheme', { Version: '1', Statement: [{ ...statement, Resource: 'arn:oss:*:*:b/*' }] }],
    ['no object', []],
  ])('%s', (_, document) => {
    expect(() => parsePolicy(JSON.stringify(document))).toThrow(PolicySyntaxError);
  });
});

it.each(['*', ['*'], ['acs:ram::1000000000000001:root']])(
  'refuses a trust policy that does not say of what kind %j is',
  (Principal) => {
    const trust = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }] };
    expect(() => parsePolicy(JSON.stringify(trust), 'trust')).toThrow(PolicySyntaxError);
    const bucket = {
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*', Principal }],
    };
    expect(parsePolicy(JSON.stringify(bucket), 'bucket').Statement).toHaveLength(1);
  },
);
