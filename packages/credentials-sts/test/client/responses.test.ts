import { toProvider } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { assumeRole } from '../../src/assume-role.ts';
import { allowDownload } from '../../src/policy/allow-download.ts';

const answered = (body: string | Response, init?: ResponseInit): Promise<unknown> =>
  toProvider(
    assumeRole({
      caller: { accessKeyId: 'id', accessKeySecret: 'secret-value' },
      roleArn: 'acs:ram::1:role/reader',
      sessionName: 'alice',
      scope: allowDownload({ bucket: 'my-bucket', key: 'a.txt' }),
      fetch: async () => (body instanceof Response ? body : new Response(body, init)),
      sleep: async () => {},
    }),
  )
    .getCredentials()
    .catch((error: unknown) => error);
const refusal = (code: string, status: number) => answered(JSON.stringify({ Code: code, Message: 'm' }), { status });
const good = {
  AccessKeyId: 'STS.id',
  AccessKeySecret: 'secret',
  SecurityToken: 'token',
  Expiration: new Date(Date.now() + 3_600_000).toISOString(),
};

describe('answers of STS', () => {
  it.each([
    ['Throttling.User', 400, 'THROTTLED', true],
    ['InvalidParameter.PolicyGrammar', 400, 'INVALID_CONFIG', false],
    ['NoPermission', 403, 'DENIED', false],
    ['InvalidSecurityToken.Expired', 400, 'EXPIRED', true],
    ['SignatureNonceUsed', 400, 'UNAVAILABLE', true],
    ['InternalError', 500, 'UNAVAILABLE', true],
    ['SomethingNew', 400, 'INVALID_CONFIG', false],
  ])('classifies %s by its code', async (serviceCode, status, code, retryable) => {
    expect(await refusal(serviceCode, status)).toMatchObject({ code, retryable, serviceCode, status });
  });

  it.each([
    [502, 'UNAVAILABLE', true],
    [429, 'THROTTLED', true],
    [404, 'INVALID_CONFIG', false],
  ])('classifies a proxy’s page with status %i by the status', async (status, code, retryable) => {
    const error = await answered('<html>Bad gateway</html>', { status });
    expect(error).toMatchObject({ code, retryable });
    expect((error as Error).message).not.toContain('html');
  });

  it.each([
    ['another address', new Response('', { status: 307, headers: { location: 'https://other.example/' } })],
    ['an address that a page may not see', Response.error()],
  ])('refuses a redirect to %s: the form is a credential', async (_, response) => {
    const error = await answered(response);
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', retryable: false });
    expect((error as Error).message).toBe(
      'STS AssumeRole: the response is a redirect, which is not followed. Check the endpoint',
    );
  });

  it.each([
    ['is not JSON', '<html></html>'],
    ['has no credentials', '{}'],
    ['has an empty token', JSON.stringify({ Credentials: { ...good, SecurityToken: '' } })],
    ['has no readable expiration', JSON.stringify({ Credentials: { ...good, Expiration: 'soon' } })],
    ['has a token that would break a header', JSON.stringify({ Credentials: { ...good, SecurityToken: 'a\r\nb' } })],
    ['is cut off by the size limit', JSON.stringify({ padding: 'x'.repeat(70_000), Credentials: good })],
    ['pollutes a prototype', '{"__proto__":{"Credentials":{"AccessKeyId":"x"}}}'],
  ])('refuses an answer that %s', async (_, body) => {
    expect(await answered(body)).toMatchObject({ code: 'INVALID_CONFIG', retryable: false });
  });

  it('refuses credentials that have expired already', async () => {
    const body = JSON.stringify({ Credentials: { ...good, Expiration: '2020-01-01T00:00:00Z' } });
    expect(await answered(body)).toMatchObject({ code: 'EXPIRED' });
  });

  it('reads an expiration without a zone as UTC, whatever the zone of this machine', async () => {
    const body = JSON.stringify({ Credentials: { ...good, Expiration: '2999-01-01T00:00:00' } });
    expect(await answered(body)).toMatchObject({ expiration: new Date('2999-01-01T00:00:00Z') });
  });

  it('accepts fractional seconds and offsets in the expiration', async () => {
    const Expiration = '2999-01-01T08:00:00.5+08:00';
    expect(await answered(JSON.stringify({ Credentials: { ...good, Expiration } }))).toMatchObject({
      expiration: new Date('2999-01-01T00:00:00.500Z'),
    });
  });
});
