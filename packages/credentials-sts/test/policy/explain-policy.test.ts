import { describe, expect, it } from 'vitest';
import { allowDownload } from '../../src/policy/allow-download.ts';
import { explainPolicy } from '../../src/policy/explain-policy.ts';
import type { SessionPolicy } from '../../src/policy/session-policy.ts';

const until = new Date('2026-11-23T12:00:00Z');
const statement = (changes: object): SessionPolicy => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:b-1/k'], ...changes }],
});

describe('explainPolicy', () => {
  it.each<[SessionPolicy | 'whole-role', string]>([
    [
      allowDownload({ bucket: 'my-bucket', key: 'dir/report.pdf' }),
      'Allows downloading the one object "dir/report.pdf" of bucket "my-bucket".',
    ],
    [
      allowDownload({
        bucket: 'my-bucket',
        key: 'a.txt',
        secureTransport: true,
        sourceIp: ['192.0.2.1', '2001:db8::/32'],
        until,
      }),
      'Allows downloading the one object "a.txt" of bucket "my-bucket", over https only, from 192.0.2.1 or 2001:db8::/32 only, before 2026-11-23T12:00:00Z.',
    ],
    [
      allowDownload({ bucket: 'my-bucket', prefix: 'team-a/', list: true }),
      'Allows downloading every object of bucket "my-bucket" whose key starts with "team-a/"; allows listing bucket "my-bucket", with prefixes that match team-a/*.',
    ],
    [
      allowDownload({ bucket: 'my-bucket', key: 'a', versionId: 'any' }),
      'Allows downloading and downloading former versions of the one object "a" of bucket "my-bucket".',
    ],
    ['whole-role', 'Allows everything that the role allows.'],
    [statement({ Effect: 'Deny' }), 'Allows nothing.'],
    [statement({ Resource: ['*'] }), 'Allows downloading all buckets and objects.'],
    [
      statement({ Action: ['oss:Get*'], Condition: { NotIpAddress: { 'acs:SourceIp': ['192.0.2.1', '::1'] } } }),
      'Allows oss:Get* on the one object "k" of bucket "b-1", from anywhere but 192.0.2.1 or ::1.',
    ],
    [
      statement({ Condition: { Bool: { 'acs:SecureTransport': ['True'] } } }),
      'Allows downloading the one object "k" of bucket "b-1", over https only.',
    ],
    [
      statement({ Condition: { Bool: { 'acs:SecureTransport': ['true', 'false'] } } }),
      'Allows downloading the one object "k" of bucket "b-1", over https or plain http.',
    ],
    [statement({ Resource: ['acs:oss:*:*:b-1/*'] }), 'Allows downloading every object of bucket "b-1".'],
    [
      statement({ Resource: ['acs:oss:*:*:b-1/u/?/x'] }),
      'Allows downloading every object of bucket "b-1" whose key matches "u/?/x".',
    ],
    [statement({ Resource: ['acs:oss:*:*:b-*/x'] }), 'Allows downloading everything that matches "acs:oss:*:*:b-*/x".'],
    [
      statement({ Action: ['oss:*'], Condition: { NumericLessThan: { 'oss:MaxKeys': ['9'] } } }),
      'Allows every action of OSS on the one object "k" of bucket "b-1", if oss:MaxKeys satisfies NumericLessThan 9.',
    ],
    [
      statement({
        Action: ['oss:GetObject', 'oss:ListObjects'],
        Resource: ['acs:oss:*:*:b-1', 'acs:oss:*:*:b-1/dir/*'],
      }),
      'Allows downloading every object of bucket "b-1" whose key starts with "dir/"; allows listing bucket "b-1".',
    ],
    [
      statement({ Action: ['oss:GetObject', 'oss:ListObjects'], Resource: ['acs:oss:*:*:b-1/dir/*'] }),
      'Allows downloading every object of bucket "b-1" whose key starts with "dir/". Without effect: requests for oss:ListObjects name a bucket, and every resource here is an object.',
    ],
    [statement({ Action: ['s3:GetObject'] }), 'Allows nothing. Without effect: OSS has no action "s3:GetObject".'],
    [
      statement({ Resource: ['acs:oss:*:*:My-Bucket/*', 'acs:oss:*:*:b-1/k'] }),
      'Allows downloading the one object "k" of bucket "b-1". Without effect: "acs:oss:*:*:My-Bucket/*": no bucket is named "My-Bucket": names have only lower-case letters, digits and hyphens.',
    ],
    [
      statement({ Action: ['oss:GetNews', 'kms:Decrypt'], Resource: ['*'] }),
      'Allows oss:GetNews (unknown) and kms:Decrypt on all buckets and objects.',
    ],
  ])('%# says what it is', (policy, sentence) => {
    expect(explainPolicy(policy)).toBe(sentence);
  });

  it('reads a policy as written, and refuses one that it cannot understand', () => {
    const written = {
      Version: '1',
      Statement: { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:b-1/k' },
    };
    expect(explainPolicy(JSON.stringify(written))).toBe('Allows downloading the one object "k" of bucket "b-1".');
    expect(() => explainPolicy({ Version: '1', Statement: [] })).toThrow('the policy has no Statement');
  });
});
