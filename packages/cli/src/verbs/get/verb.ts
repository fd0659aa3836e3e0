import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hasProxy } from '../../connection/proxy.ts';
import { CliError, usageError, EXIT, type ExitCode } from '../../failure/cli-error.ts';
import { readText } from '../../input/read-text.ts';
import { safeJson } from '../../output/format.ts';
import { type ProcessContext, defineVerb, type Verb } from '../../verb.ts';
import { downloadItem, reportOf, type Outcome } from './download-item.ts';
import { GET_OPTIONS, itemsOf, planTargets, transferOf } from './plan.ts';

/** `ossgrant get`: downloads links and objects. */
export const get: Verb<typeof GET_OPTIONS> = defineVerb({
  name: 'get',
  summary: 'Download links or objects: verified, resumable',
  examples: [
    {
      description: 'a link; run it again to resume an interrupted download',
      command: "ossgrant get 'https://my-bucket.oss-...'",
    },
    {
      description: 'objects, with your own credentials',
      command: 'ossgrant get oss://my-bucket/a.bin oss://my-bucket/b.bin',
    },
    { description: 'links from stdin, one per line', command: 'ossgrant get - < links.txt' },
    { description: 'into a pipe', command: 'ossgrant get oss://my-bucket/backup.tar -o - | tar x' },
  ],
  positional: { name: 'URL|oss://BUCKET/KEY|-', min: 1 },
  options: GET_OPTIONS,
  async run(context) {
    const { args, options, env, cwd, stdout, stderr, signal } = context;
    if (options.json && options.output === '-') throw usageError('--json and --output - both write to stdout');
    transferOf(options);
    hasProxy(env);
    const items = await itemsOf(await wordsOf(args, context), context);
    const targets = await planTargets(items, options, cwd);
    const outcomes: Outcome[] = [];
    for (const [index, item] of items.entries()) {
      if (signal.aborted) break;
      outcomes.push(await downloadItem(item, targets[index] ?? '', context));
    }
    const report = `${safeJson(reportOf(outcomes), 2)}\n`;
    if (options.report !== undefined) await writeFile(resolve(cwd, options.report), report);
    if (options.json) await stdout.write(report);
    if (items.length > 1) {
      const complete = outcomes.filter(({ ok }) => ok).length;
      await stderr.line(`${complete} of ${items.length} downloads complete`);
    }
    return signal.aborted ? EXIT.interrupted : exitCodeOf(outcomes);
  },
});

// A link is a permission: on stdin, neither other users nor the shell history see it.
async function wordsOf(args: readonly string[], context: ProcessContext): Promise<readonly string[]> {
  if (!args.includes('-')) return args;
  const lines = (await readText('-', context)).split(/\r?\n/).filter((line) => line.trim() !== '');
  const words = args.flatMap((arg) => (arg === '-' ? lines : [arg]));
  // Empty input is what a failed command in front of the pipe leaves.
  if (words.length === 0) throw new CliError(EXIT.notFound, 'stdin holds no link to download');
  return words;
}

function exitCodeOf(outcomes: readonly Outcome[]): ExitCode {
  const codes = new Set(outcomes.map((outcome) => (outcome.ok ? EXIT.ok : outcome.exitCode)));
  const [only = EXIT.ok, ...others] = codes;
  if (others.length === 0) return only;
  return codes.has(EXIT.ok) ? EXIT.partial : EXIT.failure;
}
