import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowDownload, assumeRole, SessionPolicyError, type SessionPolicy } from '../src/index.ts';

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

  it('refuses a policy over 2048 bytes before any call', () => {
    const long = allowDownload({ bucket: 'my-bucket', key: '目'.repeat(341) });
    const scope: SessionPolicy = { Version: '1', Statement: [...long.Statement, ...long.Statement] };
    const caller = { accessKeyId: 'id', accessKeySecret: 'secret' };
    const build = () => assumeRole({ caller, roleArn: 'acs:ram::1:role/r', sessionName: 'alice', scope });
    expect(build).toThrow(expect.objectContaining({ code: 'POLICY_TOO_LARGE' }) as Error);
  });
});
