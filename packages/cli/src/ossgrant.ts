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
  // Logs are read line by line: a key must not be able to forge one.
  const stderr = createOutput({ fd: 2, open: () => process.stderr }, env, { alwaysEscape: true });
  const exitCode = await runCommand(process.argv.slice(2), {
    env,
    cwd: process.cwd(),
    // Whoever waits for input ends with Ctrl-C, too.
    stdin: () => addAbortSignal(interrupt.signal, process.stdin),
    stdout,
    stderr,
    signal: interrupt.signal,
  });
  // Everything is written by now. Connections that are kept for reuse would hold the process open, and taking it down in
  // order takes a millisecond.
  process.exit(exitCode);
}

void main();
