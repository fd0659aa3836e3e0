import { describe, expect, it } from 'vitest';
import { allowDownload } from '../../src/policy/allow-download.ts';
import { mergePolicies } from '../../src/policy/merge-policies.ts';

const bucket = 'my-bucket';

describe('mergePolicies', () => {
  it('makes one statement of those that differ only in their resources', () => {
    const policies = ['a.txt', 'b.txt', 'a.txt'].map((key) => allowDownload({ bucket, key, secureTransport: true }));
    expect(mergePolicies(policies).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['oss:GetObject'],
        Resource: ['acs:oss:*:*:my-bucket/a.txt', 'acs:oss:*:*:my-bucket/b.txt'],
        Condition: { Bool: { 'acs:SecureTransport': ['true'] } },
      },
    ]);
  });

  it('keeps apart what differs in its condition, its actions or its effect', () => {
    const folders = ['a/', 'b/'].map((prefix) => allowDownload({ bucket, prefix, list: true }));
    const denied = { Version: '1', Statement: { Effect: 'Deny', Action: 'oss:GetObject', Resource: '*' } };
    const { Statement } = mergePolicies([...folders, allowDownload({ bucket, key: 'k', sourceIp: '::1' }), denied]);
    expect(Statement.map(({ Effect, Action, Resource }) => [Effect, ...Action, Resource.length])).toEqual([
      ['Allow', 'oss:GetObject', 2],
      ['Allow', 'oss:ListObjects', 1],
      ['Allow', 'oss:ListObjects', 1],
      ['Allow', 'oss:GetObject', 1],
      ['Deny', 'oss:GetObject', 1],
    ]);
  });

  it.each<[unknown, string]>([
    [[], 'policies must hold at least one policy'],
    [undefined, 'policies must be an array'],
    [[7], 'policies[0] must be'],
    [['{'], 'is not a JSON object'],
  ])('refuses %j', (policies, message) => {
    expect(() => mergePolicies(policies as never)).toThrow(message);
  });
});
