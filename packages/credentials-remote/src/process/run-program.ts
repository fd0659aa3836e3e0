import { spawn } from 'node:child_process';
import { CredentialError, type CredentialErrorOptions } from '@ossgrant/signer-core';

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
