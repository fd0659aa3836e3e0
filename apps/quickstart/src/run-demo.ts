import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@ossgrant/credentials-static';
import { startApplicationServer } from './application-server.ts';
import { prepareLocal } from './local-setting.ts';
import type { PlainClient } from './plain-client.ts';
import { namesRealObject, prepareReal } from './real-setting.ts';
import { showRefusals } from './refusals.ts';
import { createReport, type Report, type Terminal } from './report.ts';
import type { Settings } from './settings.ts';
import type { ShareServer } from './share-server.ts';
import { shareServerSettings, showShares, type StartShareServer } from './shares.ts';
import { showTemporaryCredentials } from './temporary-credentials.ts';
import type { Row } from './timed-downloads.ts';
import { showUrlSignature } from './url-signature.ts';

/** Options of one run. */
export interface DemoOptions {
  /** The file to upload to the local server. */
  readonly file: string;
  readonly env: Environment;
  readonly client: PlainClient;
  /** @default the application server is not shown */
  readonly startShareServer?: StartShareServer;
  readonly terminal: Terminal;
}

/**
 * Runs the demo.
 *
 * @returns the exit code: 1 when a check failed
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const report = createReport(options.terminal);
  report.title('ossgrant: hand a private object to a third party who never sees the key');
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-quickstart-'));
  try {
    if (namesRealObject(options.env)) {
      await show({ ...options, report, folder, settings: await prepareReal(options.env, report) });
    } else {
      const local = await prepareLocal(options.file, report);
      try {
        await show({ ...options, report, folder, settings: local.settings });
      } finally {
        await local.close();
      }
    }
  } catch (error) {
    report.check(false, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  report.verdict();
  return report.failures === 0 ? 0 : 1;
}

interface ShowOptions extends DemoOptions {
  readonly settings: Settings;
  readonly report: Report;
  readonly folder: string;
}

async function show(options: ShowOptions): Promise<void> {
  const { settings, startShareServer } = options;
  // Begun here, so that its database is up when its turn comes.
  const shares = startShareServer?.(await shareServerSettings(settings));
  // Awaited below; until then a failure must not end the process.
  shares?.catch(() => {});
  try {
    await showAll(options, shares);
  } finally {
    const started = await shares?.catch(() => undefined);
    await started?.close();
  }
}

async function showAll(options: ShowOptions, shares: Promise<ShareServer> | undefined): Promise<void> {
  const { settings, report } = options;
  const rows: Row[] = await showUrlSignature(options);
  report.section('Second way: the third party signs with temporary credentials');
  const server = settings.roleArn === undefined ? undefined : await startApplicationServer(settings);
  try {
    if (server === undefined) report.skip('skipped: set ALIBABA_CLOUD_ROLE_ARN to a role that can read the object');
    else rows.push(...(await showTemporaryCredentials(options, server)));
    if (shares !== undefined) {
      report.section('Both as a service: what can be counted, and taken back');
      await showShares(options, await shares);
    }
    await showRefusals(settings, report, server);
  } finally {
    await server?.close();
  }
  report.section('Downloads');
  report.table([['way', 'bytes', 'seconds', 'MB/s', 'verified', 'durable'], ...rows.map(cells)]);
  report.note('verified: compared with a CRC-64 that the server sent');
  report.note('durable: flushed to the disk, then renamed, so that no partial file has the name');
  report.note('"+ checks" adds both to the plain client: compare it with ossgrant');
}

function cells(row: Row): string[] {
  const speed = (row.bytes / 1e6 / row.seconds).toFixed(0);
  const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');
  return [row.way, String(row.bytes), row.seconds.toFixed(2), speed, yesOrNo(row.verified), yesOrNo(row.durable)];
}
