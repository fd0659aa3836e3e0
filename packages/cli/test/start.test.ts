import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest } from '@ossgrant/local-oss/vitest';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

// Written into the process before the command starts; prints at its end what was loaded.
const HOOK = `
process.on('exit', () => {
  const files = Object.keys(require.cache).map((file) => require('node:path').basename(file));
  require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify({ files, builtins: process.moduleLoadList }));
});
`;

test('signing a link loads one file, and none of the network code of Node', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-start-'));
  try {
    const [hook, loaded] = [path.join(folder, 'hook.cjs'), path.join(folder, 'loaded.json')];
    await writeFile(hook, HOOK);
    const { code } = await runCli(['sign', 'oss://my-bucket/a.txt'], {
      env: {
        OSS_REGION: 'cn-hangzhou',
        OSS_ACCESS_KEY_ID: 'LTAI5tExample',
        OSS_ACCESS_KEY_SECRET: 'example-secret',
        NODE_OPTIONS: `--require ${hook}`,
        LOADED: loaded,
      },
    });
    expect(code).toBe(0);
    const { files, builtins } = JSON.parse(await readFile(loaded, 'utf8')) as {
      readonly files: readonly string[];
      readonly builtins: readonly string[];
    };
    expect(files).toEqual(['hook.cjs', 'ossgrant.cjs']);
    const costly = ['net', 'tty', 'http', 'https', 'fs/promises', 'perf_hooks', 'child_process'];
    expect(costly.filter((name) => builtins.includes(`NativeModule ${name}`))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

ossTest('fetching a file loads no undici, which reads a refusal', async ({ oss }) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-start-'));
  try {
    await oss.put('my-bucket', 'a.txt', 'the content');
    const [hook, loaded] = [path.join(folder, 'hook.cjs'), path.join(folder, 'loaded.json')];
    await writeFile(hook, HOOK);
    const env = {
      OSS_REGION: oss.region,
      OSS_ENDPOINT: oss.endpoint,
      OSS_ACCESS_KEY_ID: oss.owner.accessKeyId,
      OSS_ACCESS_KEY_SECRET: oss.owner.accessKeySecret,
      NODE_OPTIONS: `--require ${hook}`,
      LOADED: loaded,
    };
    const found: boolean[] = [];
    for (const key of ['a.txt', 'missing.txt']) {
      const { code } = await runCli(['get', `oss://my-bucket/${key}`], { env, cwd: folder });
      expect(code === 0).toBe(key === 'a.txt');
      const { files } = JSON.parse(await readFile(loaded, 'utf8')) as { readonly files: readonly string[] };
      found.push(files.includes('undici.cjs'));
    }
    expect(found).toEqual([false, true]);
    expect(await readFile(path.join(folder, 'a.txt'), 'utf8')).toBe('the content');
  } finally {
    await rm(folder, { recursive: true });
  }
});
