import { describe, expect, it } from 'vitest';
import { allowDownload } from '../../src/policy/allow-download.ts';
import { explainPolicy } from '../../src/policy/explain-policy.ts';
import type { SessionPolicy } from '../../src/policy/session-policy.ts';

const until = new Date('2026-11-23T12:00:00Z');
const statement = (changes: object): SessionPolicy => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:b/k'], ...changes }],
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
      'Allows downloading every object of bucket "my-bucket" whose key starts with "team-a/"; allows listing bucket "my-bucket", for prefixes that fit team-a/*.',
    ],
    [
      allowDownload({ bucket: 'my-bucket', key: 'a', versionId: 'any' }),
      'Allows downloading and downloading former versions of the one object "a" of bucket "my-bucket".',
    ],
    ['whole-role', 'Allows everything that the role allows.'],
    [{ Version: '1', Statement: [] }, 'Allows nothing.'],
    [statement({ Effect: 'Deny' }), 'Allows nothing.'],
    [statement({ Resource: ['*'] }), 'Allows downloading every bucket and all that is in it.'],
    [
      statement({ Action: ['oss:Get*'], Condition: { NotIpAddress: { 'acs:SourceIp': ['192.0.2.1', '::1'] } } }),
      'Allows oss:Get* on the one object "k" of bucket "b", from anywhere but 192.0.2.1 or ::1.',
    ],
    [
      statement({ Condition: { Bool: { 'acs:SecureTransport': ['True'] } } }),
      'Allows downloading the one object "k" of bucket "b", over https only.',
    ],
    [
      statement({ Condition: { Bool: { 'acs:SecureTransport': ['true', 'false'] } } }),
      'Allows downloading the one object "k" of bucket "b", over https or plain http.',
    ],
    [statement({ Resource: ['acs:oss:*:*:b/*'] }), 'Allows downloading every object of bucket "b".'],
    [
      statement({ Resource: ['acs:oss:*:*:b/u/?/x'] }),
      'Allows downloading every object of bucket "b" whose key fits "u/?/x".',
    ],
    [statement({ Resource: ['acs:oss:*:*:b*/x'] }), 'Allows downloading whatever fits "acs:oss:*:*:b*/x".'],
    [
      statement({ Action: ['oss:*'], Condition: { NumericLessThan: { 'oss:MaxKeys': ['9'] } } }),
      'Allows anything that OSS can do with the one object "k" of bucket "b", if oss:MaxKeys fits NumericLessThan 9.',
    ],
  ])('%# says what it is', (policy, sentence) => {
    expect(explainPolicy(policy)).toBe(sentence);
  });
});
