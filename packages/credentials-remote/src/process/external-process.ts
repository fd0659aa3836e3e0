import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import {
  CredentialError,
  type CredentialErrorOptions,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import { optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { field, parseJson, readKey } from '../key-response.ts';

/** Options of `externalProcess`. */
export interface ExternalProcessOptions {
  /** The program and its arguments: a list, or text that is split at white space, with quotes. No shell is involved. */
  readonly command: string | readonly string[];
  /** Limit of one run, in milliseconds; the program is then killed. @default 20000 */
  readonly timeoutMs?: number;
  /** Longest output that is read; a program that writes more is killed. @default 65536 */
  readonly maxBytes?: number;
  /** The program's environment. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const check = optionsCheck<ExternalProcessOptions>(
  'externalProcess',
  {
    command: takes.either(takes.text, takes.texts),
    timeoutMs: optional(takes.milliseconds),
    maxBytes: optional(
      takes.special('a whole number of bytes from 1', (value) => Number.isSafeInteger(value) && Number(value) >= 1),
    ),
    env: optional(takes.mapOf(takes.special('a string', (value) => value === undefined || typeof value === 'string'))),
  },
  { args: 'command', timeout: 'timeoutMs' },
);

const NAME = 'external-process';
const SUBJECT = `${NAME}: the output`;

/**
 * A source that runs a program, which writes JSON to its standard output: as for the Alibaba Cloud CLI,
 * `{"mode": "AK" | "StsToken", "access_key_id", "access_key_secret", "sts_token", "expiration"}`, or as for the OSS SDKs,
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` set to `1` or `true` forbids it: the fetch then throws `INVALID_CONFIG`.
 *
 * @throws TypeError for options that cannot be right, such as a command that is empty or has an open quote
 */
export function externalProcess(options: ExternalProcessOptions): CredentialSource {
  check(options);
  const { command } = options;
  const argv = typeof command === 'string' ? splitCommand(command) : [...command];
  if (argv[0] === undefined || argv[0] === '') throw new TypeError('the command is empty');
  if (argv.some((word) => word.includes('\0'))) throw new TypeError('the command has a NUL character');
  return {
    name: NAME,
    async fetch({ signal }: FetchContext): Promise<FetchedCredentials> {
      const env = options.env ?? process.env;
      if (/^(1|true)$/i.test(env['ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS']?.trim() ?? '')) {
        throw new CredentialError(`${NAME}: forbidden by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS`, {
          code: 'INVALID_CONFIG',
          retryable: false,
        });
      }
      const { timeoutMs = 20_000, maxBytes = 65_536 } = options;
      const output = await runProgram({ argv, env, timeoutMs, maxBytes, signal });
      return readKey(withSdkNames(parseJson(output, SUBJECT)), { subject: SUBJECT });
    },
  };
}

/** Renames the CLI's fields to those of the SDKs. */
function withSdkNames(body: unknown): unknown {
  if (field(body, 'access_key_id') === undefined) return body;
  const mode = field(body, 'mode');
  const isKey = typeof mode === 'string' && mode.toLowerCase() === 'ak';
  return {
    AccessKeyId: field(body, 'access_key_id'),
    AccessKeySecret: field(body, 'access_key_secret'),
    SecurityToken: isKey ? undefined : field(body, 'sts_token'),
    Expiration: field(body, 'expiration'),
  };
}

interface ProgramOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a program without a shell and returns its standard output. Its standard error is not read: it may hold anything.
 *
 * @throws CredentialError; a program that takes too long or writes too much is killed
 */
function runProgram({ argv, env, timeoutMs, maxBytes, signal }: ProgramOptions): Promise<string> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = start(file, args, env);
    const chunks: Buffer[] = [];
    let bytes = 0;

    const end = (error: Error): void => {
      finish();
      child.kill('SIGKILL');
      // A grandchild may hold the pipe open.
      child.stdout.destroy();
      reject(error);
    };
    const abort = (): void => end(signal.reason as Error);
    const timer = setTimeout(() => end(failed('UNAVAILABLE', `did not finish within ${timeoutMs} ms`)), timeoutMs);
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();

    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) end(failed('INVALID_CONFIG', `wrote more than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    child.on('error', (cause: NodeJS.ErrnoException) => {
      end(failed('INVALID_CONFIG', `could not be started (${cause.code ?? 'unknown'})`));
    });
    child.on('close', (code, killedBy) => {
      finish();
      if (code === 0) resolve(Buffer.concat(chunks).toString());
      else reject(failed('UNAVAILABLE', code === null ? `was killed by ${killedBy}` : `ended with exit code ${code}`));
    });
  });
}

function start(
  file: string,
  args: readonly string[],
  env: ProgramOptions['env'],
): ChildProcessByStdio<null, Readable, null> {
  try {
    return spawn(file, args, { env, stdio: ['ignore', 'pipe', 'ignore'], shell: false, windowsHide: true });
  } catch {
    // Node quotes the value that it refuses.
    throw failed('INVALID_CONFIG', 'could not be started: its environment has a value that no program can get');
  }
}

// The argv may hold a secret, so it is not named.
function failed(code: CredentialErrorOptions['code'], reason: string): CredentialError {
  return new CredentialError(`${NAME}: the program ${reason}`, { code, retryable: code === 'UNAVAILABLE' });
}

// Longer than a command line of any platform.
const MAX_COMMAND = 131_072;

/**
 * Splits a command into its words as a POSIX shell would: white space separates, `'...'` and `"..."` join, `\` escapes. Nothing is
 * expanded: `$`, `*`, `|` and `;` are characters.
 *
 * @throws TypeError for an open quote, an empty command or one that is too long
 */
export function splitCommand(command: string): readonly string[] {
  const word = /((?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)(\s+|$)/y;
  if (command.length > MAX_COMMAND) throw new TypeError(`the command is longer than ${MAX_COMMAND} characters`);
  const text = command.trim();
  const words: string[] = [];
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (match === null) throw new TypeError('the command has a quote or a backslash without an end');
    words.push(unquote(match[1] ?? ''));
  }
  if (words.length === 0 || words[0] === '') throw new TypeError('the command is empty');
  return words;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g,
    (_, single?: string, double?: string, escaped?: string) => {
      if (single !== undefined) return single;
      // Between double quotes a shell escapes only these.
      return double === undefined ? (escaped ?? '') : double.replace(/\\(["\\$`])/g, '$1');
    },
  );
}
