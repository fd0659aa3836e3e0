import { brandErrors } from '@ossgrant/credentials-core/internal';
import { createHash } from 'node:crypto';
import type { AuditEvent } from '../records.ts';

/** What the first event of a chain follows. */
export function chainStart(shard: number): string {
  return createHash('sha256').update(`ossgrant audit shard ${shard}`).digest('hex');
}

/** The hash of an event after the hash before it, as the database computes it. */
export function chainHash(before: string, event: Omit<AuditEvent, 'hash'>): string {
  const { seq, at, kind, subject, actor, body } = event;
  const text = [seq, at.getTime(), kind, subject, Buffer.byteLength(actor), actor, body].join('\n');
  return createHash('sha256').update(Buffer.from(before, 'hex')).update(text).digest('hex');
}

/**
 * Follows one chain from its start, or from an event that is known to be right.
 *
 * @returns the hash of its last event
 * @throws ChainError at the first event that does not follow
 */
export async function followChain(
  shard: number,
  events: Iterable<AuditEvent> | AsyncIterable<AuditEvent>,
  from: { readonly seq: number; readonly hash: string } = { seq: 0, hash: chainStart(shard) },
): Promise<{ readonly seq: number; readonly hash: string }> {
  let last = from;
  for await (const event of events) {
    if (event.seq !== last.seq + 1) throw new ChainError(shard, last.seq + 1, 'the event is missing');
    const hash = chainHash(last.hash, event);
    if (hash !== event.hash) throw new ChainError(shard, event.seq, 'the event or one before it was changed');
    last = { seq: event.seq, hash };
  }
  return last;
}

/** A chain of the audit log that is broken. `instanceof` also recognises errors of another copy of this package. */
export class ChainError extends Error {
  static {
    brandErrors(this, '@ossgrant/ChainError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'ChainError';
  /** The chain, 0 to 63. */
  readonly shard: number;
  /** Place of the first event that does not follow from the one before it. */
  readonly seq: number;
  /** What is wrong with it, in English. */
  readonly reason: string;

  constructor(shard: number, seq: number, reason: string) {
    super(`audit chain ${shard} is broken at event ${seq}: ${reason}`);
    this.shard = shard;
    this.seq = seq;
    this.reason = reason;
  }
}
