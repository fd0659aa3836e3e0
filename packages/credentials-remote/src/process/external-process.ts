import { spawn } from 'node:child_process';
import {
  CredentialError,
  type CredentialErrorOptions,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import { field, parseBody, readKey } from '../key-answer.ts';

/** A program to be run. */
export interface ProgramOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a program without a shell and gives what it wrote to its standard output. Its errors are not read: they may hold anything.
 *
 * @throws CredentialError; a program that takes too long or writes too much is killed
 */
export function runProgram({ argv, env, timeoutMs, maxBytes, signal }: ProgramOptions): Promise<string> {
  const [file = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'ignore'], shell: false, windowsHide: true });
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
    const timer = setTimeout(() => end(failed('UNAVAILABLE', `gave no answer within ${timeoutMs} ms`)), timeoutMs);
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
      else reject(failed('UNAVAILABLE', code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}`));
    });
  });
}

// The argv may hold a secret, so it is not named.
function failed(code: CredentialErrorOptions['code'], said: string): CredentialError {
  return new CredentialError(`external-process: the program ${said}`, { code, retryable: code === 'UNAVAILABLE' });
}

/**
 * Splits a command into its words as a POSIX shell would: white space parts, `'...'` and `"..."` join, `\` escapes. Nothing is
 * expanded: `$`, `*`, `|` and `;` are characters.
 *
 * @throws TypeError for an open quote or an empty command
 */
export function splitCommand(command: string): readonly string[] {
  const word = /((?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)(\s+|$)/y;
  const text = command.trim();
  const words: string[] = [];
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (match === null) throw new TypeError('the command has a quote that is not closed');
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

/** Options of `externalProcess`. */
export interface ExternalProcessOptions {
  /** The program and its arguments: a list, or text that is split at white space, with quotes. No shell sees it. */
  readonly command: string | readonly string[];
  /** In milliseconds; the program is killed then. @default 20000 */
  readonly timeoutMs?: number;
  /** Longest answer that is read. @default 65536 */
  readonly maxBytes?: number;
  /** What the program gets, too. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A source that runs a program, which writes JSON to its standard output: as for the Alibaba Cloud CLI,
 * `{"mode": "AK" | "StsToken", "access_key_id", "access_key_secret", "sts_token", "expiration"}`, or as for the OSS SDKs,
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * `ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS` set to `1` or `true` forbids it: the fetch then throws `INVALID_CONFIG`.
 *
 * @throws TypeError for a command that is empty or has an open quote
 */
export function externalProcess(options: ExternalProcessOptions): CredentialSource {
  const name = 'external-process';
  const { command } = options;
  const argv = typeof command === 'string' ? splitCommand(command) : [...command];
  if (argv[0] === undefined || argv[0] === '') throw new TypeError('the command is empty');
  if (argv.some((word) => word.includes('\0'))) throw new TypeError('the command has a NUL character');
  return {
    name,
    async fetch({ signal }: FetchContext): Promise<FetchedCredentials> {
      const env = options.env ?? process.env;
      if (/^(1|true)$/i.test(env['ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS']?.trim() ?? '')) {
        throw new CredentialError(`${name}: forbidden by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS`, {
          code: 'INVALID_CONFIG',
          retryable: false,
        });
      }
      const { timeoutMs = 20_000, maxBytes = 65_536 } = options;
      const body = parseBody(await runProgram({ argv, env, timeoutMs, maxBytes, signal }), name);
      return readKey(asIssued(body), { name });
    },
  };
}

/** The CLI's names, turned into those of everybody else. */
function asIssued(body: unknown): unknown {
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
