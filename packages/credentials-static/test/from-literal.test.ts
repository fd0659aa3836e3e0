import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromLiteral } from '../src/from-literal.ts';

describe('fromLiteral', () => {
  it('hands out a copy that later changes do not reach', async () => {
    const literal = { accessKeyId: 'id', accessKeySecret: 'secret-value' };
    const provider = fromLiteral(literal);
    literal.accessKeySecret = 'another';
    expect((await provider.getCredentials()).accessKeySecret).toBe('secret-value');
  });

  it('does not show the secret when it is printed', async () => {
    const provider = fromLiteral({ accessKeyId: 'id', accessKeySecret: 'secret-value', securityToken: 'token-value' });
    const credentials = await provider.getCredentials();
    const printed = inspect({ provider, credentials }, { depth: 9, showHidden: false }) + JSON.stringify(credentials);
    expect(printed).not.toMatch(/secret-value|token-value/);
  });

  it('has nothing newer to offer, so it cannot be invalidated', () => {
    expect(fromLiteral({ accessKeyId: 'id', accessKeySecret: 'secret' }).invalidate).toBeUndefined();
  });

  it('refuses a copy that lost its hidden fields, and says why', async () => {
    const credentials = await fromLiteral({ accessKeyId: 'id', accessKeySecret: 'secret' }).getCredentials();
    expect(() => fromLiteral({ ...credentials })).toThrow(/\{\.\.\.credentials\}/);
  });
});
