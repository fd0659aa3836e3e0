import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bareError } from '../src/basics/bare-error.ts';
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

describe('bareError', () => {
  it('keeps name, message and code of a whole chain of causes, and nothing that a client attached', () => {
    const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET', request: { authorization: 'a-secret' } });
    const error = Object.assign(new TypeError('fetch failed', { cause }), { config: { data: 'a-secret' } });
    const bare = bareError(error);
    expect(inspect(bare, { depth: 9, showHidden: true })).not.toContain('a-secret');
    expect(bare).toMatchObject({ name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNRESET' } });
    expect(bareError('a-secret')).toBeUndefined();
  });

  it('drops the query of a URL that a message or a stack quotes', () => {
    const bare = bareError(new Error('request to (https://h.example/p?key=a-secret#a-secret) failed: is it up? yes'));
    expect(bare?.message).toBe('request to (https://h.example/p?[redacted] failed: is it up? yes');
    expect(bare?.stack).not.toContain('a-secret');
  });

  it('ends with causes in a circle and with endless messages', () => {
    const error = new Error('://?'.repeat(100_000));
    error.cause = error;
    expect(bareError(error)?.message.length).toBeLessThan(5_000);
  });
});
