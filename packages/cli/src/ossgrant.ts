#!/usr/bin/env node
import { once } from 'node:events';
import { constants } from 'node:os';
import { addAbortSignal } from 'node:stream';
import { EXIT, type ExitCode } from './failure/cli-error.ts';
import { createOutput } from './output/output.ts';
import { runCommand } from './run/run-command.ts';

async function main(): Promise<void> {
  const interrupt = new AbortController();
  let received: Ending | undefined;
  for (const name of ENDINGS) {
    // The second Ctrl-C ends the process at once, as if there were no listener.
    process.once(name, () => {
      received ??= name;
      interrupt.abort();
    });
  }
  const { env } = process;
  const stdout = createOutput({ fd: 1, open: () => process.stdout }, env);
  // Logs are kept, and read line by line: a text must not be able to forge a line, or to bring a secret into one.
  const stderr = createOutput({ fd: 2, open: () => process.stderr }, env, { isDiagnostic: true });
  const exitCode = await runCommand(process.argv.slice(2), {
    env,
    cwd: process.cwd(),
    // Ctrl-C must also end a verb that waits for input.
    stdin: () => addAbortSignal(interrupt.signal, process.stdin),
    stdout,
    stderr,
    signal: interrupt.signal,
    restart: (more) => restart(more, { signal: interrupt.signal, received: () => received }),
  });
  // All output is written by now. Idle connections would keep the process alive, and closing them in order costs a millisecond.
  process.exit(exitCode === EXIT.interrupted ? interruptedBy(received) : exitCode);
}

// Closing the terminal sends SIGHUP, Ctrl-\ sends SIGQUIT.
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
type Ending = (typeof ENDINGS)[number];

/** The exit code that shells give to a program which a signal ended. */
function interruptedBy(ending: Ending | undefined): number {
  return ending === undefined ? EXIT.interrupted : 128 + constants.signals[ending];
}

interface Interrupt {
  readonly signal: AbortSignal;
  readonly received: () => Ending | undefined;
}

async function restart(env: Readonly<Record<string, string>>, { signal, received }: Interrupt): Promise<ExitCode> {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both processes, and `kill` to this one only.
  signal.addEventListener('abort', () => child.kill(received() === 'SIGINT' ? 'SIGTERM' : received()));
  const [code] = (await once(child, 'close')) as [ExitCode | null];
  return code === null || code > 128 ? EXIT.interrupted : code;
}

void main();
