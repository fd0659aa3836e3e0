import path from 'node:path';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { assumeRoleWithOidc, type AssumeRoleWithOidcOptions } from '../src/assume-role.ts';
import { oidcTokenFile } from '../src/oidc-file.ts';
import { context, fakeSts, refusal, session, type FakeSts } from './sts-fixture.ts';

const { roleArn, sessionName, scope } = session;
const options = (sts: FakeSts, token: AssumeRoleWithOidcOptions['token']): AssumeRoleWithOidcOptions => ({
  roleArn,
  sessionName,
  scope,
  oidcProviderArn: 'acs:ram::1:oidc-provider/cluster',
  token,
  fetch: sts.fetch,
  sleep: sts.sleep,
});

describe('assumeRoleWithOidc', () => {
  it('sends the token without its line break, and neither key nor signature', async () => {
    const sts = fakeSts({});
    expect(await assumeRoleWithOidc(options(sts, 'header.payload.signature\n')).fetch(context)).toMatchObject({
      accessKeyId: 'STS.id1',
    });
    expect(Object.fromEntries(sts.forms[0] ?? [])).toEqual({
      Action: 'AssumeRoleWithOIDC',
      Version: '2015-04-01',
      Format: 'JSON',
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      DurationSeconds: '3600',
      OIDCProviderArn: 'acs:ram::1:oidc-provider/cluster',
      OIDCToken: 'header.payload.signature',
    });
  });

  it('reads the token file anew at each fetch, and once more when STS calls the token expired', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'oidc-'));
    const file = path.join(folder, 'token');
    try {
      const read = oidcTokenFile(file);
      let reads = 0;
      const token = async (): Promise<string> => {
        await writeFile(file, `token-${(reads += 1)}\n`);
        return read();
      };
      const sts = fakeSts({}, refusal('AuthenticationFail.OIDCToken.Expired', 401), {});
      const source = assumeRoleWithOidc(options(sts, token));
      await source.fetch(context);
      await source.fetch(context);
      expect(sts.forms.map((form) => form.get('OIDCToken'))).toEqual(['token-1', 'token-2', 'token-3']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not send a refused token again', async () => {
    const sts = fakeSts(refusal('AuthenticationFail.OIDCToken.Expired', 401));
    await expect(assumeRoleWithOidc(options(sts, 'same-token')).fetch(context)).rejects.toMatchObject({
      code: 'DENIED',
      serviceCode: 'AuthenticationFail.OIDCToken.Expired',
    });
    expect(sts.forms.length).toBe(1);
  });

  it.each(['', 'abc', 'a b c d', 'line\nbreak', 'x'.repeat(20_001)])(
    'refuses a token such as %j unread',
    async (token) => {
      const sts = fakeSts({});
      const failure = await assumeRoleWithOidc(options(sts, token))
        .fetch(context)
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'INVALID_CONFIG' });
      if (token !== '') expect((failure as Error).message).not.toContain(token);
      expect(sts.forms.length).toBe(0);
    },
  );

  it('names the file that cannot be read, and says that a missing one may come back', async () => {
    await expect(oidcTokenFile(path.join(tmpdir(), 'no', 'token'))()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      retryable: true,
      message: expect.stringContaining('ENOENT') as string,
    });
    await expect(oidcTokenFile(tmpdir())()).rejects.toMatchObject({ retryable: false });
    expect(() => oidcTokenFile('')).toThrow('oidcTokenFile: path must be a non-empty string');
  });

  it.skipIf(process.platform === 'win32')('does not read an endless file to its end', async () => {
    await expect(oidcTokenFile('/dev/zero')()).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: 'the OIDC token file /dev/zero is longer than 65536 bytes',
    });
  });

  it('refuses a function that gives something other than a token', async () => {
    const sts = fakeSts({});
    const source = assumeRoleWithOidc(options(sts, () => undefined as never));
    await expect(source.fetch(context)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    expect(sts.forms.length).toBe(0);
  });

  it('refuses a malformed provider before any call', () => {
    const wrong = { ...options(fakeSts({}), 'token'), oidcProviderArn: 'cluster' };
    expect(() => assumeRoleWithOidc(wrong)).toThrow('oidcProviderArn');
  });
});
