import { brandErrors } from '@ossgrant/credentials-core/internal';
import { z } from 'zod';
import type { AuditEvent } from '../records.ts';
import type { Store } from '../store.ts';
import type { Anchor } from './anchors.ts';
import { eventPages } from './export-events.ts';
import { type AuditReport, createAuditVerifier } from './verify-audit.ts';

/** Verifies the log in a store, also while it is in use. */
export async function verifyStore(store: Store, anchors: readonly Anchor[]): Promise<AuditReport> {
  const verifier = createAuditVerifier(anchors);
  const before = await store.heads();
  for (let shard = 0; shard < 64; shard += 1) {
    for await (const events of eventPages(store, shard, 0)) {
      for (const event of events) verifier.add(event);
    }
  }
  return verifier.finish({ heads: [before, await store.heads()] });
}

const hex = (bytes: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const eventSchema = z.object({
  shard: z.int().min(0).max(63),
  seq: z.int().min(1),
  at: z.iso.datetime().transform((text) => new Date(text)),
  kind: z.string(),
  subject: hex(16),
  actor: z.string(),
  body: z.string(),
  hash: hex(32),
});
const cursorSchema = z.object({
  cursor: z.string(),
  at: z.iso.datetime().transform((text) => new Date(text)),
  complete: z.literal(true).optional(),
});

/** A line of an export that is neither an event nor a cursor. `instanceof` also recognises errors of another copy of this package. */
export class ExportError extends Error {
  static {
    brandErrors(this, '@ossgrant/ExportError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'ExportError';
}

/** What the verification of an export found. */
export interface ExportReport extends AuditReport {
  /** When the export says that it was made. Absent: it is not complete, so its ends prove nothing. */
  readonly exportedAt?: Date;
}

/**
 * Verifies an export, without the database. Anchors from before its time say how far it must reach.
 *
 * @throws ExportError
 */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  anchors: readonly Anchor[],
): Promise<ExportReport> {
  const verifier = createAuditVerifier(anchors);
  let exportedAt: Date | undefined;
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const read = readLine(line, number);
    if ('cursor' in read) {
      exportedAt = read.complete === true ? read.at : undefined;
    } else {
      exportedAt = undefined;
      verifier.add(read);
    }
  }
  const report = verifier.finish({ until: exportedAt ?? new Date(0) });
  return exportedAt === undefined ? report : { ...report, exportedAt };
}

function readLine(line: string, number: number): AuditEvent | z.output<typeof cursorSchema> {
  try {
    return z.union([cursorSchema, eventSchema]).parse(JSON.parse(line));
  } catch {
    throw new ExportError(`line ${number} of the export is neither an event nor a cursor: it was altered or cut`);
  }
}
