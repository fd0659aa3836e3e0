#!/usr/bin/env node
import { addAbortSignal } from 'node:stream';
import { createOutput } from './output/output.ts';
import { runCommand } from './run/run-command.ts';

async function main(): Promise<void> {
  const interrupt = new AbortController();
  // The second Ctrl-C ends the process at once, as if there were no listener.
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  const { env } = process;
  const stdout = createOutput({ fd: 1, open: () => process.stdout }, env);
  // Logs are read line by line: an object key must not be able to forge a line.
  const stderr = createOutput({ fd: 2, open: () => process.stderr }, env, { alwaysEscape: true });
  const exitCode = await runCommand(process.argv.slice(2), {
    env,
    cwd: process.cwd(),
    // Ctrl-C must also end a verb that waits for input.
    stdin: () => addAbortSignal(interrupt.signal, process.stdin),
    stdout,
    stderr,
    signal: interrupt.signal,
  });
  // All output is written by now. Idle connections would keep the process alive, and closing them in order costs a millisecond.
  process.exit(exitCode);
}

void main();
