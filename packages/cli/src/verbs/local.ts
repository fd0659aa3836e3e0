import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import {
  type LocalOss,
  formatEntry,
  startLocalOss,
  type JournalEntry,
  type LocalOssOptions,
} from '@ossgrant/local-oss';
import { usageError } from '../failure/cli-error.ts';
import { parseSeconds } from '../input/values.ts';
import { safeJson } from '../output/format.ts';
import { formatEnvironment } from '../output/quote.ts';
import { defineVerb, type OptionTable, type OptionValues, type Verb } from '../verb.ts';

const BUCKET = 'my-bucket';
const LARGE_BYTES = 32 * 1024 * 1024;

/** Puts something to try into a server. @returns what is there, in words */
export async function putSample(oss: LocalOss): Promise<string> {
  await oss.put(BUCKET, 'report.pdf', '%PDF-1.4\n% a report, for a browser\n');
  await oss.put(BUCKET, 'team-a/notes.txt', 'notes of team a\n');
  await oss.put(BUCKET, 'team-b/notes.txt', 'notes of team b\n');
  // Large enough to be fetched in parts, and to be broken off.
  await oss.put(BUCKET, 'large.bin', randomBytes(LARGE_BYTES));
  return `oss://${BUCKET}/ has report.pdf, team-a/notes.txt, team-b/notes.txt and large.bin (32 MiB)`;
}

const OPTIONS = {
  seed: {
    type: 'text',
    value: 'FOLDER',
    completes: 'folder',
    help: 'fill it from there: each folder in it is a bucket',
  },
  directory: { type: 'text', value: 'FOLDER', completes: 'folder', help: 'keep objects there; default: in memory' },
  port: { type: 'text', value: 'NUMBER', help: 'default: a free one' },
  host: { type: 'text', value: 'ADDRESS', help: 'default: 127.0.0.1, which other machines cannot reach' },
  'refuse-v1': { type: 'flag', help: 'refuse V1 signatures, as the cloud does for new buckets' },
  for: { type: 'text', value: '10s|1h', help: 'end by itself after that time' },
  requests: { type: 'flag', help: 'show each request on stderr, and why it was refused' },
  json: { type: 'flag', help: 'the environment as one JSON object' },
} as const satisfies OptionTable;

/** `ossgrant local`: a local OSS and STS to try things with. */
export const local: Verb<typeof OPTIONS> = defineVerb({
  name: 'local',
  summary: 'Start a local OSS and STS, with a bucket to try things with',
  examples: [
    {
      says: 'in the background, then use it from the same shell',
      command: 'ossgrant local > env.sh & sleep 1; . ./env.sh',
    },
    { says: 'filled from a folder, showing each request', command: 'ossgrant local --seed ./fixtures --requests' },
  ],
  positional: { name: '', min: 0, max: 0 },
  options: OPTIONS,
  async run({ options, cwd, stdout, stderr, signal }) {
    const forSeconds = options.for === undefined ? undefined : lifetime(options.for);
    const oss = await startLocalOss({
      ...serverOptions(options, cwd),
      ...(options.requests ? { onRequest: (entry: JournalEntry) => void stderr.line(formatEntry(entry)) } : {}),
    });
    try {
      const contents = options.seed === undefined ? await putSample(oss) : `filled from ${options.seed}`;
      const environment = oss.environment();
      // In one piece: a program that starts this one reads it with one read.
      await stdout.write(options.json ? `${safeJson(environment)}\n` : formatEnvironment(environment, 'sh'));
      await stderr.line(`listening on ${oss.endpoint}; ${contents}; stop with Ctrl-C`);
      const end = forSeconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(forSeconds * 1000)]);
      if (!end.aborted) await once(end, 'abort');
    } finally {
      await oss.close();
    }
  },
});

// Timers overflow at 2^31 ms, and then go off at once.
function lifetime(text: string): number {
  const seconds = parseSeconds('--for', text);
  if (seconds > 24 * 86_400)
    throw usageError(`--for "${text}" is longer than 24 days`, 'leave it out, and stop it with Ctrl-C');
  return seconds;
}

function serverOptions(options: OptionValues<typeof OPTIONS>, cwd: string): LocalOssOptions {
  const { seed, directory, host, port = '0' } = options;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    throw usageError(`--port "${port}" is no port`, 'from 0 to 65535');
  return {
    port: Number(port),
    v1: options['refuse-v1'] ? 'refuse' : 'accept',
    ...(host === undefined ? {} : { host }),
    ...(directory === undefined ? {} : { directory: resolve(cwd, directory) }),
    ...(seed === undefined ? {} : { seed: resolve(cwd, seed) }),
  };
}
