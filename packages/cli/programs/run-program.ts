import { spawn, spawnSync } from 'node:child_process';

// Debian has no package of it.
const OPTIONAL = 'pwsh';

/** Whether a program is installed. In CI it must be: there the test that wants it shall fail rather than be passed over. */
export function hasProgram(command: string): boolean {
  if (process.env['CI'] !== undefined && command !== OPTIONAL) return true;
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** Runs a program to its end, without the user's configuration or proxies. @throws Error when it fails */
export function runProgram(command: string, args: readonly string[], cwd: string, stdin = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, LC_ALL: 'C.UTF-8' },
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => (output[name] += text));
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new Error(`${command} ended with ${code}: ${output.stderr}${output.stdout}`));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
