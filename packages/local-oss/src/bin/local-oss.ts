#!/usr/bin/env node
import { once } from 'node:events';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { LOCAL_OSS_OPTIONS, type LocalOssOption, localOssOptions, type LocalOssValues } from '../command-line.ts';
import { formatEntry } from '../server/journal.ts';
import { startLocalOss } from '../start-local-oss.ts';

const TABLE: readonly (readonly [name: string, option: LocalOssOption])[] = Object.entries(LOCAL_OSS_OPTIONS);

function usage(): string {
  const lines = TABLE.map(([name, { value, help }]) => {
    const option = value === undefined ? `--${name}` : `--${name} ${value}`;
    return `  ${option.padEnd(20)}${help}\n`;
  });
  return `Usage: local-oss [options]

Starts a local OSS and STS that verifies every signature, and prints the environment to export.

${lines.join('')}`;
}

function parse(): LocalOssValues & { readonly help?: boolean } {
  const options: NonNullable<ParseArgsConfig['options']> = {
    ...Object.fromEntries(TABLE.map(([name, { type }]) => [name, { type: type === 'flag' ? 'boolean' : 'string' }])),
    help: { type: 'boolean', short: 'h' },
  };
  return parseArgs({ options }).values;
}

async function main(): Promise<void> {
  const values = parse();
  if (values.help === true) {
    process.stdout.write(usage());
    return;
  }
  const oss = await startLocalOss({
    ...localOssOptions(values, process.cwd()),
    ...(values.requests === true ? { onRequest: (entry) => process.stderr.write(`${formatEntry(entry)}\n`) } : {}),
  });
  const where = oss.https === undefined ? oss.endpoint : `${oss.endpoint} and ${oss.https.endpoint}`;
  const lines = Object.entries(oss.environment()).map(([name, value]) => `export ${name}='${value}'\n`);
  // In one piece: a program that starts this one reads it with one read.
  process.stdout.write(lines.join(''));
  process.stderr.write(`local-oss: listening on ${where}; stop with Ctrl-C\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await oss.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`local-oss: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
