import { describe, expect, it } from 'vitest';
import { CredentialError } from '../src/credential-error.ts';

/** The module once more: a second class of the same name. */
const COPY: string = '../src/credential-error.ts?copy';

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

  it('is recognised when another copy of the package made it, and other errors are not', async () => {
    const copy = (await import(COPY)) as {
      readonly CredentialError: typeof CredentialError;
    };
    expect(copy.CredentialError).not.toBe(CredentialError);
    expect(new copy.CredentialError('m', { code: 'NOT_CONFIGURED', retryable: false })).toBeInstanceOf(CredentialError);
    for (const other of [new Error('m'), { name: 'CredentialError', code: 'DENIED' }, null, 'text']) {
      expect(other instanceof CredentialError).toBe(false);
    }
  });

  it('lets classes that extend it tell their own instances', () => {
    class Refusal extends CredentialError {}
    const options = { code: 'DENIED', retryable: false } as const;
    expect(new Refusal('m', options)).toBeInstanceOf(CredentialError);
    expect(new Refusal('m', options)).toBeInstanceOf(Refusal);
    expect(new CredentialError('m', options)).not.toBeInstanceOf(Refusal);
  });
});
