import { open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Anchor, AuditReport, ExportReport } from '@ossgrant/grant-handler/audit';
import { appendLine } from './anchor-targets.ts';
import { readAudit } from './audit-configuration.ts';
import { ConfigurationError, readConfiguration } from './configuration.ts';
import { openExportFile } from './export-file.ts';
import { openStore, type OpenStore } from './open-store.ts';

export const AUDIT_USAGE = `grant-server audit verify [--export FILE] [--anchors FILE] [--key FILE] [--json]
grant-server audit export [--output FILE | --after CURSOR]
grant-server audit prune --before DATE [--anchors FILE]`;

type Env = Readonly<Record<string, string | undefined>>;

interface Values {
  readonly export?: string | undefined;
  readonly anchors?: string | undefined;
  readonly key?: string | undefined;
  readonly output?: string | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What a command is given: its text goes to stdout, and `failed` is its exit code 1. */
export interface AuditResult {
  readonly text: string;
  readonly failed: boolean;
}

/** Verifies, exports and prunes the audit log. @param write writes an export's pieces to stdout */
export async function auditCommand(
  args: readonly string[],
  env: Env,
  write: (text: string) => Promise<void>,
): Promise<AuditResult> {
  const [verb, ...rest] = args;
  const values = read(rest);
  if (verb === 'verify') return verify(values, env);
  if (verb === 'export') return exportLog(values, env, write);
  if (verb === 'prune') return prune(values, env);
  throw new ConfigurationError(`the command must be one of:\n${AUDIT_USAGE}`);
}

function read(args: readonly string[]): Values {
  const text = { type: 'string' } as const;
  const options = { export: text, anchors: text, key: text, output: text, after: text, before: text } as const;
  try {
    return parseArgs({ args: [...args], options: { ...options, json: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message}\n${AUDIT_USAGE}`);
  }
}

async function withStore<T>(env: Env, use: (opened: OpenStore) => Promise<T>): Promise<T> {
  const opened = await openStore(readConfiguration(env), () => {});
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** @throws ConfigurationError, as exit code 1 means that the log is not whole */
async function linesIn(file: string): Promise<AsyncIterable<string>> {
  try {
    return (await open(file)).readLines();
  } catch (error) {
    throw new ConfigurationError(`the file cannot be read: ${(error as Error).message}`);
  }
}

/** Anchors of the file that is named, or of the one that the server writes. */
async function anchorsOf(values: Values, env: Env): Promise<readonly Anchor[]> {
  const { audit } = readAudit(env);
  const own = audit?.target.to === 'file' ? audit.target.file : undefined;
  const file = values.anchors ?? own;
  if (file === undefined) return [];
  const key = values.key === undefined ? audit?.key : await readKey(values.key);
  if (key === undefined) throw new ConfigurationError('--key must name the public key of the anchors, in PEM');
  const { readAnchors } = await import('@ossgrant/grant-handler/audit');
  return (await readAnchors(await linesIn(file), key)).anchors;
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`--key cannot be read: ${(error as Error).message}`);
  }
}

async function verify(values: Values, env: Env): Promise<AuditResult> {
  const { verifyExport, verifyStore } = await import('@ossgrant/grant-handler/audit');
  const anchors = await anchorsOf(values, env);
  const { export: file } = values;
  const report: ExportReport =
    file === undefined
      ? await withStore(env, ({ store }) => verifyStore(store, anchors))
      : await verifyExport(await linesIn(file), anchors);
  const isWhole = file === undefined || report.exportedAt !== undefined;
  const failed = report.faults.length > 0 || !isWhole;
  const text = values.json === true ? JSON.stringify({ ...report, complete: isWhole }) : describe(report, isWhole);
  return { text, failed };
}

function describe(report: AuditReport, isWhole: boolean): string {
  const { events, faults, unanchored, lastAnchor } = report;
  const anchored =
    lastAnchor === undefined
      ? 'no anchor was given: whoever owns the database could have rewritten all of it'
      : `the last anchor is of ${lastAnchor.toISOString()}; ${unanchored} events came after it`;
  const lines = faults.map(({ shard, seq, reason }) => `chain ${shard}, event ${seq}: ${reason}`);
  if (!isWhole) lines.push('the export ends without a complete cursor: run it again, it resumes');
  const verdict =
    lines.length === 0 ? `${events} events are as they were` : `of ${events} events, not all are as they were`;
  return [...lines, `${verdict}; ${anchored}`].join('\n');
}

async function exportLog(
  { output, after }: Values,
  env: Env,
  write: (text: string) => Promise<void>,
): Promise<AuditResult> {
  if (output !== undefined && after !== undefined) {
    throw new ConfigurationError('--output finds its cursor in the file: leave --after out');
  }
  const { exportLines, readCursor } = await import('@ossgrant/grant-handler/audit');
  return withStore(env, async ({ store }) => {
    const file = output === undefined ? undefined : await openExportFile(output);
    const cursor = file?.cursor ?? after;
    const positions = cursor === undefined ? undefined : readCursor(cursor);
    try {
      if (cursor !== undefined && positions === undefined) {
        throw new ConfigurationError('--after must be the cursor of an earlier export, as it was');
      }
      for await (const piece of exportLines(store, Date.now(), positions)) await (file?.append(piece) ?? write(piece));
    } finally {
      await file?.close();
    }
    return { text: '', failed: false };
  });
}

async function prune(values: Values, env: Env): Promise<AuditResult> {
  const before = new Date(values.before ?? '');
  if (Number.isNaN(before.getTime())) throw new ConfigurationError('--before must be a date such as 2026-01-01');
  const { audit } = readAudit(env);
  const file = values.anchors ?? (audit?.target.to === 'file' ? audit.target.file : undefined);
  if (audit === undefined || file === undefined) {
    throw new ConfigurationError('a prune needs the anchors (--anchors FILE) and the private key (GRANT_AUDIT_KEY)');
  }
  const { createAnchorSigner, pruneAudit } = await import('@ossgrant/grant-handler/audit');
  const anchors = await anchorsOf(values, env);
  const signer = await createAnchorSigner(audit.key);
  const append = (line: string): Promise<void> => appendLine(file, line);
  const options = { anchors, signer, before, append, now: Date.now(), actor: 'command line' };
  const result = await withStore(env, ({ store }) => pruneAudit({ ...options, store }));
  if (!('refused' in result)) {
    const text = `removed ${result.pruned} events that the anchor of ${result.anchor.toISOString()} covers; ${file} says so, keep it`;
    return { text, failed: false };
  }
  if (result.refused === 'no-anchor') return { text: 'removed nothing: no anchor is that old', failed: true };
  return { text: `removed nothing:\n${describe(result.report, true)}`, failed: true };
}
