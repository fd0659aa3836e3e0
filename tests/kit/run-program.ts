import { spawn } from 'node:child_process';

/**
 * Runs a program to its end, without the user's configuration or proxies.
 *
 * @throws Error when it is not installed, or ends with another status than 0
 */
export function runProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      ...(folder === undefined ? {} : { cwd: folder }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', (cause) => reject(new Error(`${command} must be installed for this test`, { cause })));
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(`${command} ended with ${status}: ${Buffer.concat(errors).toString()}`));
    });
  });
}
