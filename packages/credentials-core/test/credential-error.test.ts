import { describe, expect, it } from 'vitest';
import { CredentialError } from '../src/credential-error.ts';

describe('CredentialError', () => {
  it("carries the issuer's facts that it was given, and no empty fields", () => {
    const facts = { serviceCode: 'EntityNotExist.Role', requestId: 'R', status: 404 };
    const cause = new Error('inner');
    const full = new CredentialError('failed', { code: 'DENIED', retryable: false, cause, ...facts });
    expect(full).toMatchObject({
      name: 'CredentialError',
      message: 'failed',
      code: 'DENIED',
      retryable: false,
      cause,
      ...facts,
    });
    const bare = new CredentialError('failed', { code: 'UNAVAILABLE', retryable: true });
    expect(Object.keys(bare).sort()).toEqual(['code', 'name', 'retryable']);
    expect('cause' in bare).toBe(false);
  });

  it('keeps a cause that is undefined apart from none', () => {
    expect('cause' in new CredentialError('failed', { code: 'DENIED', retryable: false, cause: undefined })).toBe(true);
  });

  it('is an Error with a stack', () => {
    const error = new CredentialError('m', { code: 'EXPIRED', retryable: true });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain('credential-error.test.ts');
  });
});
