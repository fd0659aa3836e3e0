import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';

/** What a run of the command is given. */
export interface RunOptions {
  /** The whole environment, beside PATH and an empty home. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Leaves stdin open after that, as a terminal does. */
  readonly keepsStdinOpen?: boolean;
  readonly cwd?: string;
  /** The result itself is a secret or holds a token: it may be on stdout. Never on stderr. */
  readonly showsSecrets?: boolean;
  /** More values that must not be printed. Those of `env` are known. */
  readonly secrets?: readonly string[];
  /** Aborts by killing; for tests that would hang otherwise. @default 20000 */
  readonly timeoutMs?: number;
}

/** How a run ended. */
export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run that goes on. */
export interface RunningCli {
  readonly child: ChildProcess;
  /** Resolves when stdout or stderr hold the text. @throws Error when the process ends before */
  printed(text: string | RegExp): Promise<RunResult>;
  /** @throws Error when a secret was printed */
  readonly ended: Promise<RunResult>;
}

/** Runs the real command, bundled as it is published, in a process of its own. Throws when it prints a secret. */
export function runCli(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return startCli(args, options).ended;
}

/** Starts the real command. Await `ended`, or the process outlives the test. */
export function startCli(args: readonly string[], options: RunOptions = {}): RunningCli {
  const { env = {}, cwd = tmpdir(), stdin = '', timeoutMs = 20_000 } = options;
  const entry = inject('cliEntry');
  const home = path.join(path.dirname(entry), 'no-home');
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      USERPROFILE: home,
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ...env,
    },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  let watch = (): void => {};
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text: string) => {
      output[name] += text;
      watch();
    });
  }
  // A command that does not read its stdin closes it.
  child.stdin.on('error', () => {});
  if (options.keepsStdinOpen === true) child.stdin.write(stdin);
  else child.stdin.end(stdin);
  const closed = new Promise<RunResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
  return {
    child,
    printed: (text) =>
      new Promise((resolve, reject) => {
        watch = () => {
          const seen = [output.stdout, output.stderr].some((all) =>
            typeof text === 'string' ? all.includes(text) : text.test(all),
          );
          if (seen) resolve({ code: null, ...output });
        };
        watch();
        closed.then(
          ({ code, stderr }) => reject(new Error(`ended with ${code} before it printed ${text}: ${stderr}`)),
          reject,
        );
      }),
    ended: closed.then((result) => {
      assertNoSecrets(result, secretsOf(env, options.secrets), options.showsSecrets === true);
      return result;
    }),
  };
}

function secretsOf(env: Readonly<Record<string, string>>, more: readonly string[] = []): readonly string[] {
  const own = Object.entries(env).filter(([name]) => /SECRET|TOKEN/.test(name));
  return [...own.map(([, value]) => value), ...more].filter((value) => value.length >= 6);
}

/** @throws Error when the output holds a secret, or stderr a signature */
export function assertNoSecrets(result: RunResult, secrets: readonly string[], mayShowOnStdout = false): void {
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      if (result.stderr.includes(form)) throw new Error('a secret was printed on stderr');
      if (!mayShowOnStdout && result.stdout.includes(form)) throw new Error('a secret was printed on stdout');
    }
  }
  if (/(?:^|[^a-z])(?:x-oss-)?signature=(?!\[)[\w%]/i.test(result.stderr)) {
    throw new Error('a signature was printed on stderr');
  }
}
