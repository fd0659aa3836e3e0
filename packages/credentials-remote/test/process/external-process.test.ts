import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { externalProcess, splitCommand, type ExternalProcessOptions } from '../../src/process/external-process.ts';
import { fetchFrom, KEY, printed } from '../key-server.ts';

/** A program that runs this script. */
const program = (script: string): readonly string[] => [process.execPath, '-e', script];
const writing = (answer: object | string): readonly string[] =>
  program(`process.stdout.write(${JSON.stringify(typeof answer === 'string' ? answer : JSON.stringify(answer))})`);
const run = (command: ExternalProcessOptions['command'], options: Partial<ExternalProcessOptions> = {}) =>
  fetchFrom(externalProcess({ command, ...options }));
const CLI = { access_key_id: 'cli-id', access_key_secret: 'secret-value' };

describe('externalProcess', () => {
  it('reads what the OSS SDKs read', async () => {
    expect(await run(writing(KEY))).toMatchObject({ accessKeyId: 'STS.id', expiration: new Date(KEY.Expiration) });
  });

  it('reads what the CLI reads', async () => {
    const temporary = { mode: 'StsToken', ...CLI, sts_token: 'token', expiration: KEY.Expiration };
    expect(await run(writing(temporary))).toEqual({
      accessKeyId: 'cli-id',
      accessKeySecret: 'secret-value',
      securityToken: 'token',
      expiration: new Date(KEY.Expiration),
    });
    const key = await run(writing({ mode: 'AK', ...CLI, sts_token: 'left over' }));
    expect(key).toEqual({ accessKeyId: 'cli-id', accessKeySecret: 'secret-value' });
  });

  it('passes the arguments on as they are, without a shell', async () => {
    const script = 'process.stdout.write(JSON.stringify({AccessKeyId:process.argv[1],AccessKeySecret:"s"}))';
    const fetched = await run(`'${process.execPath}' -e '${script}' -- "$HOME;\`id\`|*"`);
    expect(fetched.accessKeyId).toBe('$HOME;`id`|*');
  });

  it('passes its environment on', async () => {
    const script = 'process.stdout.write(JSON.stringify({AccessKeyId:process.env.GIVEN,AccessKeySecret:"s"}))';
    expect((await run(program(script), { env: { GIVEN: 'from-env' } })).accessKeyId).toBe('from-env');
  });

  it.each(['1', 'true', 'TRUE'])('runs nothing when ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is %s', async (value) => {
    const env = { ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS: value };
    const failure = run('/no/such/program', { env });
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: /forbidden/ });
  });

  it('kills a program that takes too long', async () => {
    const failure = run(program('setInterval(() => {}, 1000)'), { timeoutMs: 50 });
    await expect(failure).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true, message: /within 50 ms/ });
  });

  it('kills a program that writes too much', async () => {
    const failure = run(program('for (;;) process.stdout.write("x".repeat(65536))'), { maxBytes: 1000 });
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: /more than 1000 bytes/ });
  });

  it('kills the program when the fetch is aborted', async () => {
    const controller = new AbortController();
    const clock = { now: Date.now, monotonic: () => 0 };
    const source = externalProcess({ command: program('setInterval(() => {}, 1000)') });
    const fetching = source.fetch({ signal: controller.signal, clock });
    controller.abort(new Error('no longer wanted'));
    await expect(fetching).rejects.toThrow('no longer wanted');
  });

  it.each([
    ['does not exist', ['/no/such/program', 'secret-value'], 'INVALID_CONFIG', /ENOENT/],
    ['fails', program('console.error("secret-value"); process.exit(3)'), 'UNAVAILABLE', /exit code 3/],
    ['is killed', program('process.kill(process.pid, "SIGKILL")'), 'UNAVAILABLE', /SIGKILL/],
    ['writes no JSON', writing('secret-value'), 'INVALID_CONFIG', /not JSON/],
    ['writes no secret', writing({ AccessKeyId: 'a' }), 'INVALID_CONFIG', /AccessKeySecret/],
  ])('classifies a program that %s, and quotes nothing', async (_, command, code, said) => {
    const error: unknown = await run(command).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: said });
    expect(printed(error)).not.toContain('secret-value');
  });

  it.each(['', '  ', `a 'b`, '""', ['a\0b'], []])('refuses the command %j before it runs', (command) => {
    expect(() => externalProcess({ command })).toThrow(TypeError);
  });
});

describe('splitCommand', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    [`a 'b c' "d e"f`, ['a', 'b c', 'd ef']],
    [`a\\ b 'it'\\''s'`, ['a b', "it's"]],
    [String.raw`"a\"b\\c\d"`, [String.raw`a"b\c\d`]],
    [`a '' ""`, ['a', '', '']],
  ])('splits %s', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it.each([`a 'b`, 'a "b', 'a b\\'])('refuses %s', (command) => {
    expect(() => splitCommand(command)).toThrow('without an end');
  });

  it.each([`"a"`, "a'", '\\\\', 'a', ' ', `'"a:1,`])(
    'ends with many times %j in time, and refuses more than a command has',
    (text) => {
      const many = text.repeat(131_072 / text.length);
      const split = (command: string): unknown => {
        try {
          return splitCommand(command);
        } catch (error) {
          return error;
        }
      };
      for (const command of [many, `${many.slice(0, -1)}'`, `${many.slice(0, -1)}"`])
        expect(split(command)).toBeDefined();
      expect(() => splitCommand(`${many}${text}`)).toThrow(TypeError);
    },
  );

  it('splits as a shell does, for words that a shell does not expand', () => {
    const word = fc.stringMatching(/^[a-z'"\\ ]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
        const command = `x ${words.map((text) => `'${text.replaceAll("'", String.raw`'\''`)}'`).join(' ')}`;
        const byShell = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
        expect(splitCommand(command)).toEqual(byShell.slice(0, -1).split('\n'));
        expect(splitCommand(command)).toEqual(['x', ...words]);
      }),
      { numRuns: 30 },
    );
  });
});
