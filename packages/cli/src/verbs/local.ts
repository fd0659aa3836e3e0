import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  type LocalOss,
  formatEntry,
  startLocalOss,
  type JournalEntry,
  type LocalOssOptions,
} from '@ossgrant/local-oss';
import { LOCAL_OSS_OPTIONS, localOssOptions } from '@ossgrant/local-oss/command-line';
import { usageError } from '../failure/cli-error.ts';
import { parseDuration } from '../input/values.ts';
import { safeJson } from '../output/format.ts';
import { formatEnvironment } from '../output/quote.ts';
import { defineVerb, type OptionTable, type OptionValues, type Verb } from '../verb.ts';

const BUCKET = 'my-bucket';
const LARGE_BYTES = 32 * 1024 * 1024;

/** Puts sample objects into a server. @returns a description of them */
export async function putSample(oss: LocalOss): Promise<string> {
  await oss.put(BUCKET, 'report.pdf', '%PDF-1.4\n% a report, for a browser\n');
  await oss.put(BUCKET, 'team-a/notes.txt', 'notes of team a\n');
  await oss.put(BUCKET, 'team-b/notes.txt', 'notes of team b\n');
  // Large enough to be fetched in parts, and to be interrupted.
  await oss.put(BUCKET, 'large.bin', randomBytes(LARGE_BYTES));
  return `oss://${BUCKET}/ has report.pdf, team-a/notes.txt, team-b/notes.txt and large.bin (32 MiB)`;
}

const OPTIONS = {
  ...LOCAL_OSS_OPTIONS,
  for: { type: 'text', value: '10s|1h', help: 'stop after this time' },
  json: { type: 'flag', help: 'write the environment as one JSON object' },
} as const satisfies OptionTable;

/** `ossgrant local`: a local OSS and STS for experiments. */
export const local: Verb<typeof OPTIONS> = defineVerb({
  name: 'local',
  summary: 'Start a local OSS and STS with a sample bucket',
  examples: [
    {
      description: 'in the background, for use from the same shell',
      command: 'ossgrant local > env.sh & sleep 1; . ./env.sh',
    },
    {
      description: 'with objects from a folder, showing each request',
      command: 'ossgrant local --seed ./fixtures --requests',
    },
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
      // In one write: a program that starts this one may read only once.
      await stdout.write(options.json ? `${safeJson(environment)}\n` : formatEnvironment(environment, 'sh'));
      const where = oss.https === undefined ? oss.endpoint : `${oss.endpoint} and ${oss.https.endpoint}`;
      await stderr.line(`listening on ${where}; ${contents}; stop with Ctrl-C`);
      const end = forSeconds === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(forSeconds * 1000)]);
      if (!end.aborted) await once(end, 'abort');
    } finally {
      await oss.close();
    }
  },
});

// Timers overflow at 2^31 ms and then fire at once.
function lifetime(text: string): number {
  const seconds = parseDuration('--for', text);
  if (seconds > 24 * 86_400) {
    throw usageError(`--for "${text}" is longer than 24 days`, 'remove it, and stop the server with Ctrl-C');
  }
  return seconds;
}

function serverOptions(options: OptionValues<typeof OPTIONS>, cwd: string): LocalOssOptions {
  try {
    return localOssOptions(options, cwd);
  } catch (error) {
    throw error instanceof RangeError ? usageError(error.message) : error;
  }
}
