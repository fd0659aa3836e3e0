import { toProvider } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { clientTable } from '@ossgrant/test-clients/compatibility-table';
import { npmVersion } from '@ossgrant/test-clients/npm-version';
import { runProgram } from '@ossgrant/test-kit/run-program';
import { Operator } from 'opendal';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KEY, OPERATIONS } from '../opendal-operations.ts';

const version = npmVersion('opendal', import.meta.url);
const table = clientTable({ mark: 'opendal', name: 'opendal', version, origin: 'npm' });

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ cnames: { localhost: 'client-bucket' } });
  await oss.createBucket('client-bucket');
  // opendal reads these with its first request. It knows no other way to a host name that does not resolve.
  vi.stubEnv('http_proxy', oss.endpoint);
  vi.stubEnv('no_proxy', 'localhost');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await oss.close();
});

const ADDRESSING = [
  { how: 'virtual host', settings: () => ({ endpoint: 'http://oss-cn-hangzhou.aliyuncs.com' }) },
  {
    how: 'own domain',
    settings: () => ({
      endpoint: oss.endpoint.replace('127.0.0.1', 'localhost'),
      addressing_style: 'cname',
      presign_addressing_style: 'cname',
    }),
  },
] as const;

describe.each(ADDRESSING)('opendal by $how', ({ how, settings }) => {
  const operator = (more: Readonly<Record<string, string>> = {}): Operator => {
    const { accessKeyId: access_key_id, accessKeySecret: access_key_secret } = oss.owner;
    return new Operator('oss', { bucket: 'client-bucket', access_key_id, access_key_secret, ...settings(), ...more });
  };
  const note = (operation: string, signature: string): void => table.note(`${operation} (${how})`, signature);

  it.each(OPERATIONS)('can $name', async ({ name, run: expectItWorks }) => {
    await expectItWorks(operator());
    note(name, 'V1 header');
  });

  it('signs links that read, write and ask for headers', async () => {
    const curl = (...args: readonly string[]): Promise<string> =>
      runProgram('curl', ['-sS', '--fail', ...args], { http_proxy: oss.endpoint, no_proxy: 'localhost' });
    const [write, read, stat] = await Promise.all([
      operator().presignWrite(KEY, 60),
      operator().presignRead(KEY, 60),
      operator().presignStat(KEY, 60),
    ]);
    await curl('-X', write.method, '-H', 'Content-Type:', '--data-binary', 'by link', write.url);
    note('presignWrite', 'V1 URL');
    expect(await curl(read.url)).toBe('by link');
    note('presignRead', 'V1 URL');
    expect(await curl('-I', stat.url)).toMatch(/^content-length: 7\r$/im);
    note('presignStat', 'V1 URL');
  });

  it('works with temporary credentials, and is refused by their end', async () => {
    const { endpoint, owner: caller, roleArn } = oss;
    const source = assumeRole({ caller, roleArn, endpoint, sessionName: 'opendal', scope: 'whole-role' });
    const credentials = await toProvider(source).getCredentials();
    const temporary = operator({
      access_key_id: credentials.accessKeyId,
      access_key_secret: credentials.accessKeySecret,
      security_token: credentials.securityToken ?? '',
    });
    await oss.put('client-bucket', 'kept', 'hello world');
    expect((await temporary.read('kept')).toString()).toBe('hello world');
    await expect(temporary.write('kept', 'other')).rejects.toThrow('AccessDenied');
    oss.expireToken(credentials);
    await expect(temporary.read('kept')).rejects.toThrow('SecurityTokenExpired');
    note('read with a security token', 'V1 header');
  });

  it('is refused with a wrong secret', async () => {
    await expect(operator({ access_key_secret: 'wrong' }).read('kept')).rejects.toThrow('SignatureDoesNotMatch');
  });
});

it('is refused in path style, for which opendal signs the bucket twice', async () => {
  const { endpoint, owner } = oss;
  const { accessKeyId: access_key_id, accessKeySecret: access_key_secret } = owner;
  const options = { endpoint, bucket: 'client-bucket', access_key_id, access_key_secret, addressing_style: 'path' };
  await expect(new Operator('oss', options).read(KEY)).rejects.toThrow('SignatureDoesNotMatch');
  table.note('read (path style)', 'V1 header', '403: opendal signs the bucket twice');
});

it('stands in docs/compatibility.md as it was seen', async () => {
  const { page, run } = await table.compare();
  expect(page).toBe(run);
});
