import { describe, expect, it } from 'vitest';
import { allowDownload } from '../../src/policy/allow-download.ts';
import { lintPolicy } from '../../src/policy/lint-policy.ts';
import type { PolicyInput } from '../../src/policy/parse-policy.ts';

const HTTPS = { Bool: { 'acs:SecureTransport': 'true' } };
const GOOD = { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:b-1/dir/k', Condition: HTTPS };
const of = (...changes: object[]): object => ({
  Version: '1',
  Statement: changes.map((change) => ({ ...GOOD, ...change })),
});
const codes = (policy: PolicyInput): string[] => lintPolicy(policy).map(({ code, path }) => `${code} ${path}`);

describe('lintPolicy', () => {
  it.each([
    of({}),
    JSON.stringify(of({})),
    allowDownload({ bucket: 'my-bucket', key: 'a.txt', secureTransport: true }),
    allowDownload({ bucket: 'my-bucket', prefix: 'dir/', list: true, secureTransport: true, sourceIp: '::1' }),
    of({
      Action: 'oss:ListObjects',
      Resource: 'acs:oss:*:*:b-1',
      Condition: { ...HTTPS, StringEquals: { 'oss:Prefix': 'dir/' } },
    }),
    of({ Action: ['oss:GetObject', 'kms:Decrypt'], Resource: ['acs:oss:*:*:b-1/k', 'acs:kms:*:*:*'] }),
    of({ Condition: { ...HTTPS, StringEquals: { 'oss:ExistingObjectTag/team': 'a' } } }),
    // A wide Deny takes away, it grants nothing.
    of(
      {},
      { Effect: 'Deny', Action: 'oss:*', Resource: '*', Condition: { IpAddress: { 'acs:SourceIp': '192.0.2.0/24' } } },
    ),
  ])('%# finds nothing in a policy that grants one object or folder over https', (policy) => {
    expect(lintPolicy(policy)).toEqual([]);
  });

  it.each<[PolicyInput, ...string[]]>([
    ['whole-role', 'WHOLE_ROLE '],
    ['{', 'NOT_JSON '],
    ['[]', 'NOT_JSON '],
    [{ ...of({}), Version: '2012-10-17' }, 'UNSUPPORTED_VERSION /Version'],
    [{ Version: '1' }, 'MISSING_ELEMENT /Statement'],
    [{ Version: '1', Statement: [], Id: 'x' }, 'UNKNOWN_ELEMENT /Id', 'MISSING_ELEMENT /Statement'],
    [of({ Effect: undefined }), 'MISSING_ELEMENT /Statement/0/Effect'],
    [of({ Effect: 'allow' }), 'INVALID_VALUE /Statement/0/Effect'],
    [of({ Action: undefined }), 'MISSING_ELEMENT /Statement/0/Action'],
    [of({ Action: ['oss:GetObject', 7] }), 'INVALID_VALUE /Statement/0/Action/1'],
    [of({ Action: [] }), 'INVALID_VALUE /Statement/0/Action'],
    [of({ Action: 'GetObject' }), 'INVALID_ACTION /Statement/0/Action'],
    [of({ Resource: 'b-1/dir/k' }), 'INVALID_RESOURCE /Statement/0/Resource'],
    [of({ Principal: ['*'] }), 'UNKNOWN_ELEMENT /Statement/0/Principal'],
    [
      of({ Action: undefined, NotAction: 'oss:PutObject' }),
      'UNKNOWN_ELEMENT /Statement/0/NotAction',
      'MISSING_ELEMENT /Statement/0/Action',
    ],
    [of({ Condition: 'x' }), 'INVALID_VALUE /Statement/0/Condition'],
    [
      of({ Condition: { StringMatches: { 'oss:Prefix': 'a' } } }),
      'UNKNOWN_CONDITION_OPERATOR /Statement/0/Condition/StringMatches',
    ],
    [
      of({ Condition: { IpAddress: { 'acs:SourceIp': ['::1', '10.0.0.0/33'] } } }),
      'INVALID_CONDITION_VALUE /Statement/0/Condition/IpAddress/acs:SourceIp/1',
    ],
    [
      of({ Condition: { DateLessThan: { 'acs:CurrentTime': 'tomorrow' } } }),
      'INVALID_CONDITION_VALUE /Statement/0/Condition/DateLessThan/acs:CurrentTime',
    ],
    [of({ Resource: Array.from({ length: 99 }, (_, index) => `acs:oss:*:*:b-1/dir/${index}`) }), 'TOO_LARGE '],
    [of({ Action: '*' }), 'WIDE_ACTION /Statement/0/Action/0', 'LIST_WITHOUT_PREFIX /Statement/0/Action/0'],
    [of({ Action: 'oss:*' }), 'WIDE_ACTION /Statement/0/Action/0', 'LIST_WITHOUT_PREFIX /Statement/0/Action/0'],
    [of({ Action: 'oss:Get*' }), 'WIDE_ACTION /Statement/0/Action/0'],
    [of({ Resource: '*' }), 'WIDE_RESOURCE /Statement/0/Resource/0'],
    [of({ Resource: 'acs:oss:*:*:*/dir/k' }), 'WIDE_RESOURCE /Statement/0/Resource/0'],
    [of({ Resource: 'acs:oss:*:*:b-*' }), 'WIDE_RESOURCE /Statement/0/Resource/0'],
    [of({ Resource: 'acs:oss:*:*:b-1/*' }), 'WHOLE_BUCKET /Statement/0/Resource/0'],
    [
      of({ Resource: ['acs:oss:*:*:b-1/x', 'acs:oss:*:*:b-1/team-a*'] }),
      'PREFIX_WITHOUT_SLASH /Statement/0/Resource/1',
    ],
    [of({ Resource: 'acs:oss:*:*:b-1/a*/c' }), 'WILDCARD_IN_KEY /Statement/0/Resource/0'],
    [of({ Resource: 'acs:oss:*:*:b-1/a?' }), 'WILDCARD_IN_KEY /Statement/0/Resource/0'],
    [of({ Resource: 'acs:oss:*:*:b-1/home/${acs:user}/x' }), 'VARIABLE /Statement/0/Resource/0'],
    [of({ Action: 'oss:ListObjects', Resource: 'acs:oss:*:*:b-1' }), 'LIST_WITHOUT_PREFIX /Statement/0/Action/0'],
    [
      of({
        Action: 'oss:ListObjects',
        Resource: 'acs:oss:*:*:b-1',
        Condition: { ...HTTPS, StringLike: { 'oss:Prefix': 'team-a*' } },
      }),
      'PREFIX_WITHOUT_SLASH /Statement/0/Condition/StringLike/oss:Prefix/0',
    ],
    [of({ Condition: undefined }), 'PLAIN_HTTP /Statement/0'],
    [of({ Condition: { Bool: { 'acs:SecureTransport': ['true', 'false'] } } }), 'PLAIN_HTTP /Statement/0'],
    [of({ Effect: 'Deny' }), 'ALLOWS_NOTHING /Statement'],
    [of({ Resource: 'acs:oss:*:*:b-1' }), 'NEVER_MATCHES /Statement/0/Action/0'],
    [
      of({
        Action: ['oss:GetObject', 'oss:ListObjects'],
        Condition: { ...HTTPS, StringLike: { 'oss:Prefix': 'dir/*' } },
      }),
      // The prefix keeps the one from applying, and the resource the other.
      'NEVER_MATCHES /Statement/0/Action/0',
      'NEVER_MATCHES /Statement/0/Action/1',
    ],
    [of({ Effect: 'Deny', Action: 'oss:HeadObject' }, {}), 'NO_SUCH_ACTION /Statement/0/Action/0'],
    [of({ Action: ['oss:GetObject', 'oss:GetObjects'] }), 'NO_SUCH_ACTION /Statement/0/Action/1'],
    [of({ Action: ['oss:GetObject', 's3:GetObject'] }), 'NO_SUCH_ACTION /Statement/0/Action/1'],
    [of({ Action: 'oss:GetNews' }), 'NO_SUCH_ACTION /Statement/0/Action/0'],
    [of({ Resource: 'acs:oss:*:*:/b-1/*' }), 'IMPOSSIBLE_RESOURCE /Statement/0/Resource/0'],
    ...['My-Bucket/k', 'my.bucket/k', 'b-1//k', 'b-1/', 'b/k', 'b-/k', `${'b'.repeat(64)}/k`].map(
      (path): [PolicyInput, string] => [
        of({ Resource: ['acs:oss:*:*:b-1/k', `acs:oss:*:*:${path}`] }),
        'IMPOSSIBLE_RESOURCE /Statement/0/Resource/1',
      ],
    ),
    [of({ Resource: ['acs:oss:*:*:b-1/k', 'acs:ecs:*:*:b-1/k'] }), 'IMPOSSIBLE_RESOURCE /Statement/0/Resource/1'],
    [
      of({ Resource: 'acs:oss:*:*:b-1', Action: 'oss:ListObjectVersions' }),
      'LIST_WITHOUT_PREFIX /Statement/0/Action/0',
    ],
    ...['StringEquals', 'StringLike'].map((operator): [PolicyInput, string] => [
      of({
        Action: 'oss:ListObjects',
        Resource: 'acs:oss:*:*:b-1',
        Condition: { ...HTTPS, [operator]: { 'oss:Prefix': ['dir/', ''] } },
      }),
      `LIST_WITHOUT_PREFIX /Statement/0/Condition/${operator}/oss:Prefix/1`,
    ]),
    [
      of({
        Action: 'oss:ListObjects',
        Resource: 'acs:oss:*:*:b-1',
        Condition: { ...HTTPS, StringEquals: { 'oss:Prefix': 'team-a' } },
      }),
      'PREFIX_WITHOUT_SLASH /Statement/0/Condition/StringEquals/oss:Prefix/0',
    ],
    [
      of({ Condition: { ...HTTPS, StringEquals: { 'acs:sourceip': 'x' } } }),
      'UNKNOWN_CONDITION_KEY /Statement/0/Condition/StringEquals/acs:sourceip',
    ],
  ])('%# finds each thing by its code, where it stands', (policy, ...expected) => {
    expect(codes(policy)).toEqual(expected);
  });

  it('reads no policy that is longer than any that RAM takes, and nothing in a circle', () => {
    const huge = of({ Resource: Array.from({ length: 2000 }, (_, index) => `acs:oss:*:*:b-1/dir/${index}`) });
    expect(codes(huge)).toEqual(['TOO_LARGE ']);
    const circle: Record<string, unknown> = { Version: '1' };
    circle['Statement'] = circle;
    expect(codes(circle)).toEqual(['NOT_JSON ']);
    expect(() => lintPolicy(7 as never)).toThrow('lintPolicy: the policy must be a string or an object');
  });

  it('calls a Deny without effect an error', () => {
    const severities = (changes: object): string[] =>
      lintPolicy(of({}, { Effect: 'Deny', ...changes })).map(({ severity }) => severity);
    expect(severities({ Action: 'oss:GetObjects' })).toEqual(['error']);
    expect(severities({ Resource: 'acs:oss:*:*:My-Bucket/k' })).toEqual(['error']);
  });

  it('names the fix of each', () => {
    const findings = lintPolicy(
      of({ Resource: 'acs:oss:*:*:b-1/team-a*', Condition: { StringEquals: { 'acs:sourceip': 'x' } } }),
    );
    expect(findings.map(({ fix }) => fix)).toEqual([
      'write acs:SourceIp',
      'end the folder with a slash: "team-a/*"',
      'add "Condition": {"Bool": {"acs:SecureTransport": ["true"]}}',
    ]);
  });

  it('writes pointers that lead to what is meant, also past slashes and tildes', () => {
    const policy = of({ Condition: { ...HTTPS, StringEquals: { 'x/y~z': 'a' } } });
    expect(codes(policy)).toEqual(['UNKNOWN_CONDITION_KEY /Statement/0/Condition/StringEquals/x~1y~0z']);
  });
});
