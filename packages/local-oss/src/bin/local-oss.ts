#!/usr/bin/env node
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { toLocalOssOptions, USAGE } from '../command-line.ts';
import { formatEntry } from '../server/journal.ts';
import { startLocalOss } from '../start-local-oss.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      https: { type: 'boolean' },
      directory: { type: 'string' },
      seed: { type: 'string' },
      'refuse-v1': { type: 'boolean' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const options = toLocalOssOptions(values);
  const verbose = values.verbose === true;
  const oss = await startLocalOss({
    ...options,
    ...(verbose ? { onRequest: (entry) => process.stderr.write(`${formatEntry(entry)}\n`) } : {}),
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
