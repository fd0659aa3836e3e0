import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { restartTrusting } from '../../connection/certificates.ts';
import { hasProxy } from '../../connection/proxy.ts';
import { EXIT, usageError } from '../../failure/cli-error.ts';
import { safeJson } from '../../output/format.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { downloadEach, watchRetries } from './download-each.ts';
import type { InvalidItem, Item } from './item.ts';
import { itemsOf } from './items.ts';
import { certificatesOf, GET_OPTIONS, headersOf, transferOf, type GetContext } from './options.ts';
import { exitCodeOfAll, reportOf, summaryOf, type Outcome } from './outcome.ts';
import { createProgressDisplay } from './progress.ts';
import { planTargets, prepareDestination } from './targets.ts';

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
    {
      description: 'everything under a prefix; later runs fetch what changed',
      command: 'ossgrant get -r oss://my-bucket/logs/ --out-dir logs --skip-equal',
    },
    { description: 'links from stdin, one per line', command: 'ossgrant get - < links.txt' },
    { description: 'into a pipe', command: 'ossgrant get oss://my-bucket/backup.tar -o - | tar x' },
  ],
  positional: { name: 'URL|oss://BUCKET/KEY|-', min: 0 },
  options: GET_OPTIONS,
  async run(context) {
    const { options, env, cwd, stdout, signal } = context;
    hasProxy(env);
    headersOf(options);
    transferOf(options);
    assertNamed(context);
    const pem = certificatesOf(options, cwd);
    const restarted = pem === undefined ? undefined : await restartTrusting(pem, context);
    if (restarted !== undefined) return restarted;
    const items = await itemsOf(context);
    const outcomes = await downloadItems(items, context);
    const report = `${safeJson(reportOf(outcomes), 2)}\n`;
    if (options.report !== undefined) await writeFile(resolve(cwd, options.report), report);
    if (options.json) await stdout.write(report);
    return signal.aborted ? EXIT.interrupted : exitCodeOfAll(outcomes);
  },
});

function assertNamed({ args, options }: GetContext): void {
  if (args.length > 0 || options.manifest !== undefined) return;
  throw usageError('nothing to download', 'name a link or oss://BUCKET/KEY, or give --manifest');
}

async function downloadItems(items: readonly (Item | InvalidItem)[], context: GetContext): Promise<readonly Outcome[]> {
  const { options, stderr } = context;
  const destination = await prepareDestination(items, context);
  const now = (): number => performance.now();
  const display = createProgressDisplay({ output: stderr, count: items.length, quiet: options.quiet, now });
  const unwatch = watchRetries((line) => {
    if (!options.quiet) display.line(line).catch(() => {});
  });
  const job = { context, transfer: transferOf(options), plan: planTargets(destination, options), display };
  const outcomes = new Map<Item | InvalidItem, Outcome>();
  try {
    for await (const [item, outcome] of downloadEach(items, job)) {
      outcomes.set(item, outcome);
      display.finish(outcome.status);
    }
  } finally {
    unwatch();
    await display.close();
  }
  const inOrder = items.flatMap((item) => outcomes.get(item) ?? []);
  if (items.length > 1 && !options.quiet) {
    for (const line of summaryOf(inOrder, items.length)) await stderr.line(line);
  }
  return inOrder;
}
