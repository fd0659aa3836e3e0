import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assumeRole } from '../../src/assume-role.ts';
import { allowDownload, type AllowDownloadOptions } from '../../src/policy/allow-download.ts';
import { SessionPolicyError, type SessionPolicy } from '../../src/policy/session-policy.ts';

/** RAM's pattern language by way of a regular expression: nothing shared with the builder. */
function matches(pattern: string, text: string): boolean {
  const escaped = Array.from(pattern, (char) => {
    if (char === '*') return '.*';
    return char === '?' ? '.' : char.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${escaped.join('')}$`, 'su').test(text);
}

const key = fc
  .string({ minLength: 1, maxLength: 40, unit: 'binary' })
  .filter((text) => !/^[/\\]|[\p{Cc}\p{Surrogate}]/u.test(text));

describe('allowDownload', () => {
  it('allows GetObject on exactly one resource', () => {
    expect(allowDownload({ bucket: 'my-bucket', key: 'dir/file.bin' })).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:my-bucket/dir/file.bin'] }],
    });
  });

  it('never fits a second key', () => {
    fc.assert(
      fc.property(key, key, (granted, other) => {
        fc.pre(granted !== other);
        let policy: SessionPolicy;
        try {
          policy = allowDownload({ bucket: 'my-bucket', key: granted });
        } catch (error) {
          expect(error).toBeInstanceOf(SessionPolicyError);
          expect(granted).toMatch(/[*?]|\$\{/);
          return;
        }
        const pattern = policy.Statement[0]?.Resource[0]?.slice('acs:oss:*:*:'.length) ?? '';
        expect(matches(pattern, `my-bucket/${granted}`)).toBe(true);
        expect(matches(pattern, `my-bucket/${other}`)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['reports/*', 'u/?/x', 'home/${acs:user}/x'])('refuses the key %s, which is a pattern to RAM', (bad) => {
    expect(() => allowDownload({ bucket: 'my-bucket', key: bad })).toThrow(
      expect.objectContaining({ code: 'WILDCARD_IN_KEY' }) as Error,
    );
  });

  it.each(['*', 'a/b', 'my-bucket/*', 'My-Bucket'])('refuses the bucket %s', (bucket) => {
    expect(() => allowDownload({ bucket, key: 'a.txt' })).toThrow(
      expect.objectContaining({ code: 'INVALID_BUCKET' }) as Error,
    );
  });

  it('under a prefix: fits every key that starts so, and no other', () => {
    const prefix = key.map((text) => `${text}/`);
    fc.assert(
      fc.property(prefix, key, fc.boolean(), (granted, other, inside) => {
        fc.pre(!/[*?]|\$\{/.test(granted));
        const asked = inside ? `${granted}${other}` : other;
        const [read, list] = allowDownload({ bucket: 'my-bucket', prefix: granted, list: true }).Statement;
        const starts = asked.startsWith(granted);
        const pattern = read?.Resource[0]?.slice('acs:oss:*:*:'.length) ?? '';
        expect(matches(pattern, `my-bucket/${asked}`)).toBe(starts);
        const listed = list?.Condition?.['StringLike']?.['oss:Prefix']?.[0] ?? '';
        expect(matches(listed, asked)).toBe(starts);
        expect(list?.Resource).toEqual(['acs:oss:*:*:my-bucket']);
      }),
      { numRuns: 1000 },
    );
  });

  it('writes the conditions as RAM does', () => {
    const policy = allowDownload({
      bucket: 'my-bucket',
      key: 'a.txt',
      secureTransport: true,
      sourceIp: '203.0.113.0/24',
      until: new Date('2026-11-23T12:00:00.999Z'),
    });
    expect(policy.Statement[0]?.Condition).toEqual({
      Bool: { 'acs:SecureTransport': ['true'] },
      IpAddress: { 'acs:SourceIp': ['203.0.113.0/24'] },
      DateLessThan: { 'acs:CurrentTime': ['2026-11-23T12:00:00Z'] },
    });
  });

  it('puts the conditions on the listing too', () => {
    const [, list] = allowDownload({ bucket: 'my-bucket', prefix: 'a/', list: true, sourceIp: '::1' }).Statement;
    expect(list).toEqual({
      Effect: 'Allow',
      Action: ['oss:ListObjects'],
      Resource: ['acs:oss:*:*:my-bucket'],
      Condition: { IpAddress: { 'acs:SourceIp': ['::1'] }, StringLike: { 'oss:Prefix': ['a/*'] } },
    });
  });

  it.each<[string, object, string]>([
    ['a prefix without a slash', { prefix: 'team-a' }, 'PREFIX_TOO_WIDE'],
    ['a prefix with a wildcard', { prefix: 'team-*/' }, 'WILDCARD_IN_KEY'],
    ['an empty prefix, the whole bucket', { prefix: '' }, 'INVALID_KEY'],
    ['a prefix that starts with a slash', { prefix: '/' }, 'INVALID_KEY'],
    ['a control character', { key: 'a\u0000' }, 'INVALID_TEXT'],
    ['a lone surrogate', { key: 'a\ud800' }, 'INVALID_TEXT'],
    ['one version, which no policy can name', { key: 'a', versionId: 'CAEQ' }, 'ONE_VERSION'],
    ['no address', { key: 'a', sourceIp: [] }, 'INVALID_CONDITION'],
    ['an address that is none', { key: 'a', sourceIp: '203.0.113.256' }, 'INVALID_CONDITION'],
    ['a wildcard for an address', { key: 'a', sourceIp: '203.0.113.*' }, 'INVALID_CONDITION'],
    ['a network that is none', { key: 'a', sourceIp: '203.0.113.0/33' }, 'INVALID_CONDITION'],
    ['an invalid date', { key: 'a', until: new Date(Number.NaN) }, 'INVALID_CONDITION'],
    ['a key whose escapes make the policy too large', { key: '"'.repeat(1000) }, 'POLICY_TOO_LARGE'],
  ])('refuses %s', (_name, options, code) => {
    const given = { bucket: 'my-bucket', ...options } as AllowDownloadOptions;
    expect(() => allowDownload(given)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it.each([{}, { key: 'a', prefix: 'a/' }])('refuses key and prefix as in %j', (options) => {
    expect(() => allowDownload({ bucket: 'my-bucket', ...options } as AllowDownloadOptions)).toThrow(TypeError);
  });

  it.each<[object, string]>([
    [{ key: 'a', secureTransport: 'true' }, 'allowDownload: secureTransport must be true or false'],
    [{ key: 7 }, 'allowDownload: key must be a string'],
    [{ bucket: undefined, key: 'a' }, 'allowDownload: bucket'],
    [{ key: 'a', list: true }, 'allowDownload: list needs a prefix'],
    [{ key: 'a', ip: '::1' }, 'Did you mean sourceIp?'],
    [{ key: 'a', until: '2026-12-01' }, 'allowDownload: until must be a Date'],
  ])('refuses %j rather than grant more than meant', (options, message) => {
    expect(() => allowDownload({ bucket: 'my-bucket', ...options } as AllowDownloadOptions)).toThrow(message);
  });

  it('refuses a policy over 2048 bytes before any call', () => {
    const long = allowDownload({ bucket: 'my-bucket', key: '目'.repeat(341) });
    const scope: SessionPolicy = { Version: '1', Statement: [...long.Statement, ...long.Statement] };
    const caller = { accessKeyId: 'id', accessKeySecret: 'secret' };
    const build = () => assumeRole({ caller, roleArn: 'acs:ram::1:role/r', sessionName: 'alice', scope });
    expect(build).toThrow(expect.objectContaining({ code: 'POLICY_TOO_LARGE' }) as Error);
  });
});
