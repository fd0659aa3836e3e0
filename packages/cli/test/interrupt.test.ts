import { expect, test } from 'vitest';
import { startCli } from './run-cli.ts';

// More than a pipe holds: once it is gone, the command is reading.
const BLANK_LINES = '\n'.repeat(4_000_000);

test.each([[['get', '-']], [['sign', 'oss://my-bucket/', '--files-from', '-']], [['policy', 'lint']]])(
  'Ctrl-C ends %j while it waits for stdin',
  async (args) => {
    const env = {
      OSS_REGION: 'cn-hangzhou',
      OSS_ACCESS_KEY_ID: 'LTAI5tExample',
      OSS_ACCESS_KEY_SECRET: 'example-secret',
    };
    const running = startCli(args, { env, keepsStdinOpen: true });
    await new Promise((resolve, reject) => {
      running.child.stdin?.write(BLANK_LINES, (error) => (error ? reject(error) : resolve(undefined)));
    });
    running.child.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 130, stdout: '', stderr: 'ossgrant: interrupted\n' });
  },
);
