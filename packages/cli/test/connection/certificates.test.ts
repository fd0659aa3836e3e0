import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalOss } from '@ossgrant/local-oss';
import { expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';

test('--cacert trusts a private authority for this command, beside those that Node trusts already', async () => {
  const oss = await startLocalOss({ https: true });
  const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-ca-'));
  try {
    await oss.put('my-bucket', 'a.txt', 'content');
    const file = path.join(cwd, 'ca.pem');
    await writeFile(file, oss.https?.ca ?? '');
    const { NODE_EXTRA_CA_CERTS: _, ...variables } = oss.environment();
    const env = { ...variables, OSS_ENDPOINT: oss.https?.endpoint ?? '' };
    const args = ['get', 'oss://my-bucket/a.txt', '-o', '-', '--retries', '0'];
    const refused = await runCli(args, { env, cwd });
    expect({ ...refused, code: refused.code !== 0 }).toMatchObject({ code: true, stdout: '' });
    expect(await runCli([...args, '-q', '--cacert', 'ca.pem'], { env, cwd })).toEqual({
      code: 0,
      stdout: 'content',
      stderr: '',
    });
    const none = await runCli([...args, '--cacert', 'ca.pem'], { env, cwd: tmpdir() });
    expect(none).toMatchObject({ code: 4, stdout: '' });
  } finally {
    await rm(cwd, { recursive: true, force: true });
    await oss.close();
  }
});
