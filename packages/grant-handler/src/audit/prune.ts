import type { Store } from '../store.ts';
import { newId } from '../token.ts';
import type { Anchor, AnchorSigner } from './anchors.ts';
import type { AuditReport } from './verify-audit.ts';
import { verifyStore } from './verify-store.ts';

/** Options of `pruneAudit`. */
export interface PruneOptions {
  /** Whose log is pruned. */
  readonly store: Store;
  /** All anchors: the log is verified by them first. */
  readonly anchors: readonly Anchor[];
  /** Says with its signature what may be missing. */
  readonly signer: AnchorSigner;
  /** Events that an anchor had seen before this instant are removed. */
  readonly before: Date;
  /** Keeps a line with the anchors, for good: without it the pruned log looks like a log whose beginning was removed. */
  readonly append: (line: string) => Promise<void>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Who prunes, for the audit log. */
  readonly actor: string;
}

/** What was pruned. */
export type PruneResult =
  | { readonly pruned: number; readonly anchor: Date }
  /** Nothing was removed: the log has faults, or no anchor is old enough. */
  | { readonly pruned: 0; readonly refused: 'faults'; readonly report: AuditReport }
  | { readonly pruned: 0; readonly refused: 'no-anchor' };

/** Removes old events, and nothing that an anchor does not cover. The statement is kept before anything is removed. */
export async function pruneAudit(options: PruneOptions): Promise<PruneResult> {
  const { store, anchors, signer, before, append, now, actor } = options;
  const anchor = lastBefore(anchors, before);
  if (anchor === undefined) return { pruned: 0, refused: 'no-anchor' };
  const report = await verifyStore(store, anchors);
  if (report.faults.length > 0) return { pruned: 0, refused: 'faults', report };
  await append(await signer.signPruned(anchor.heads, now));
  let pruned = 0;
  for (const { shard, seq } of anchor.heads) pruned += await store.pruneEvents(shard, seq);
  const body = { events: pruned, before, anchor: anchor.at };
  await store.record({ kind: 'audit.pruned', subject: newId(), actor, at: now, body });
  return { pruned, anchor: anchor.at };
}

function lastBefore(anchors: readonly Anchor[], before: Date): Anchor | undefined {
  return anchors
    .filter(({ at, pruned }) => !pruned && at.getTime() <= before.getTime())
    .reduce<Anchor | undefined>(
      (latest, one) => (latest === undefined || one.at > latest.at ? one : latest),
      undefined,
    );
}
