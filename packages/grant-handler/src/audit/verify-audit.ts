import type { AuditEvent, AuditHead } from '../records.ts';
import type { Anchor } from './anchors.ts';
import { anchoredEnds, type KnownChain, knownHashes } from './known-hashes.ts';
import { chainHash, chainStart } from './verify-chain.ts';

/** The first event of a chain that is not as it was. */
export interface AuditFault {
  /** The chain, 0 to 63. */
  readonly shard: number;
  /** Its place. Where a chain was rewritten: the first place that can have been. */
  readonly seq: number;
  /** What happened to it, in English. */
  readonly reason: string;
}

/** What a verification found. */
export interface AuditReport {
  /** Events that were read. */
  readonly events: number;
  /** The first fault of each chain; empty: the log is whole as far as it is anchored. */
  readonly faults: readonly AuditFault[];
  /** Events after the last anchor: whoever owns the database could still rewrite these. */
  readonly unanchored: number;
  /** Absent: no anchor was given, and a log that was rewritten as a whole would not show. */
  readonly lastAnchor?: Date;
}

/** How far the chains must reach. */
export interface AuditEnds {
  /** Heads that the database had before its events were read, and after. */
  readonly heads?: readonly (readonly AuditHead[])[];
  /** Anchors after it may know further events. @default all anchors count */
  readonly until?: Date;
}

/** Follows all chains; events of one chain must come in order. */
export interface AuditVerifier {
  add(event: AuditEvent): void;
  finish(ends: AuditEnds): AuditReport;
}

interface Chain {
  readonly shard: number;
  readonly known: KnownChain;
  seq: number;
  hash: string;
  /** Place of the last event that an anchor proved. */
  proved: number;
  events: number;
  fault: AuditFault | undefined;
}

/** Clocks of the signer and of the export may differ. */
const CLOCK_MS = 60_000;

/** Makes a verifier. Without anchors it finds only what was not rewritten consistently. */
export function createAuditVerifier(anchors: readonly Anchor[]): AuditVerifier {
  const knownOf = knownHashes(anchors);
  const chains = Array.from({ length: 64 }, (_, shard): Chain => ({
    shard,
    known: knownOf(shard),
    seq: 0,
    hash: chainStart(shard),
    proved: 0,
    events: 0,
    fault: undefined,
  }));
  return {
    add(event) {
      const chain = chains[event.shard];
      if (chain === undefined) throw new RangeError(`there is no audit chain ${event.shard}`);
      chain.events += 1;
      chain.fault ??= follow(chain, event);
    },
    finish({ heads = [], until }) {
      const ends = anchoredEnds(anchors, until === undefined ? Infinity : until.getTime() - CLOCK_MS);
      for (const chain of chains) {
        const own = heads.flatMap((all) => all.filter(({ shard }) => shard === chain.shard));
        chain.fault ??= endFault(chain, ends.get(chain.shard) ?? 0, own);
      }
      const last = anchors.reduce((latest, { at }) => Math.max(latest, at.getTime()), 0);
      return {
        events: chains.reduce((sum, { events }) => sum + events, 0),
        faults: chains.flatMap(({ fault }) => fault ?? []),
        unanchored: chains.reduce((sum, { seq, proved }) => sum + seq - proved, 0),
        ...(anchors.length === 0 ? {} : { lastAnchor: new Date(last) }),
      };
    },
  };
}

/** Moves a chain on by one event. @returns what is wrong with it */
function follow(chain: Chain, event: AuditEvent): AuditFault | undefined {
  const { shard, known } = chain;
  const { seq } = event;
  if (chain.seq === 0 && seq > 1) startAfterPrune(chain, seq);
  if (seq <= chain.seq) return { shard, seq, reason: 'the event comes twice or out of order' };
  if (seq !== chain.seq + 1) return missing(chain, seq - 1);
  const hash = chainHash(chain.hash, event);
  if (hash !== event.hash) return { shard, seq, reason: 'the event was altered' };
  chain.seq = seq;
  chain.hash = hash;
  const anchor = known.hashes.get(seq);
  if (anchor !== undefined && anchor.hash !== hash) {
    const first = chain.proved + 1;
    const what = first === seq ? 'the event was' : `one of the events ${first} to ${seq} was`;
    const reason = `${what} altered, and the chain rewritten: the anchor of ${anchor.at.toISOString()} differs`;
    return { shard, seq: first, reason };
  }
  if (anchor !== undefined) chain.proved = seq;
  return undefined;
}

/** Compares where a chain ends with anchors and heads. */
function endFault(chain: Chain, anchored: number, heads: readonly AuditHead[]): AuditFault | undefined {
  const { shard } = chain;
  if (chain.seq === 0) startAfterPrune(chain, Infinity);
  const [before, after = before] = heads;
  const end = Math.max(anchored, before?.seq ?? 0);
  if (chain.seq < end) return missing(chain, end);
  if (after !== undefined && chain.seq > after.seq) {
    return { shard, seq: after.seq + 1, reason: 'the event lies beyond the head of its chain' };
  }
  // A chain that grew while it was read has another head by now.
  if (heads.every(({ seq, hash }) => seq !== chain.seq || hash === chain.hash)) return undefined;
  return { shard, seq: chain.seq, reason: 'the head of the chain was altered: it differs from this event' };
}

/** Begins at the last signed prune before an event: its hash is known. */
function startAfterPrune(chain: Chain, before: number): void {
  const start = Math.max(0, ...[...chain.known.pruned].filter((seq) => seq < before));
  const anchor = chain.known.hashes.get(start);
  if (anchor === undefined) return;
  chain.seq = start;
  chain.proved = start;
  chain.hash = anchor.hash;
}

function missing({ shard, seq, known }: Chain, until: number): AuditFault {
  const anchor = [...known.hashes].find(([place]) => place > seq)?.[1];
  const proof = anchor === undefined ? '' : `: the anchor of ${anchor.at.toISOString()} has seen more`;
  const what = until === seq + 1 ? 'the event was' : `the events ${seq + 1} to ${until} were`;
  return { shard, seq: seq + 1, reason: `${what} removed${proof}` };
}
