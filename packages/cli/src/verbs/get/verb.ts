import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { restartTrusting } from '../../connection/certificates.ts';
import { hasProxy } from '../../connection/proxy.ts';
import { EXIT } from '../../failure/cli-error.ts';
import { safeJson } from '../../output/format.ts';
import { defineVerb, type Verb } from '../../verb.ts';
import { downloadItem, watchRetries } from './download-item.ts';
import { itemsOf, type InvalidItem, type Item } from './items.ts';
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
  positional: { name: 'URL|oss://BUCKET/KEY|-', min: 1 },
  options: GET_OPTIONS,
  async run(context) {
    const { options, env, cwd, stdout, signal } = context;
    hasProxy(env);
    headersOf(options);
    transferOf(options, 1);
    const pem = certificatesOf(options, cwd);
    const restarted = pem === undefined ? undefined : await restartTrusting(pem, context);
    if (restarted !== undefined) return restarted;
    const items = await itemsOf(context);
    const outcomes = await downloadAll(items, context);
    const report = `${safeJson(reportOf(outcomes), 2)}\n`;
    if (options.report !== undefined) await writeFile(resolve(cwd, options.report), report);
    if (options.json) await stdout.write(report);
    return signal.aborted ? EXIT.interrupted : exitCodeOfAll(outcomes);
  },
});

async function downloadAll(items: readonly (Item | InvalidItem)[], context: GetContext): Promise<readonly Outcome[]> {
  const { options, stderr, signal } = context;
  const transfer = transferOf(options, items.length);
  const plan = planTargets(await prepareDestination(items, context), options);
  const now = (): number => performance.now();
  const display = createProgressDisplay({ output: stderr, count: items.length, quiet: options.quiet, now });
  const unwatch = watchRetries((line) => {
    if (!options.quiet) display.line(line).catch(() => {});
  });
  const outcomes = new Map<number, Outcome>();
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      outcomes.set(index, await downloadItem(item, { context, transfer, plan, display }));
    }
  };
  try {
    await Promise.all(Array.from({ length: transfer.jobs }, work));
  } finally {
    unwatch();
    await display.close();
  }
  const inOrder = [...items.keys()].flatMap((index) => outcomes.get(index) ?? []);
  if (items.length > 1 && !options.quiet) await stderr.line(summaryOf(inOrder, items.length));
  return inOrder;
}
