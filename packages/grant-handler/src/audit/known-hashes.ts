import type { Anchor } from './anchors.ts';

/** A hash that an anchor proves. */
export interface KnownHash {
  readonly hash: string;
  /** When it was signed. */
  readonly at: Date;
}

/** What anchors say about one chain. */
export interface KnownChain {
  /** By place. */
  readonly hashes: ReadonlyMap<number, KnownHash>;
  /** Places up to which events may be missing. */
  readonly pruned: ReadonlySet<number>;
}

/** Collects anchors by chain. */
export function knownHashes(anchors: readonly Anchor[]): (shard: number) => KnownChain {
  const chains = new Map<number, { hashes: Map<number, KnownHash>; pruned: Set<number> }>();
  for (const { at, heads, pruned } of anchors) {
    for (const { shard, seq, hash } of heads) {
      const chain = chains.get(shard) ?? { hashes: new Map(), pruned: new Set() };
      chains.set(shard, chain);
      // The first one counts: it was signed when the events were young.
      if (!chain.hashes.has(seq)) chain.hashes.set(seq, { hash, at });
      if (pruned) chain.pruned.add(seq);
    }
  }
  const none: KnownChain = { hashes: new Map(), pruned: new Set() };
  return (shard) => chains.get(shard) ?? none;
}

/** How far each chain must reach at an instant, by shard. */
export function anchoredEnds(anchors: readonly Anchor[], until: number): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const { at, heads } of anchors) {
    if (at.getTime() > until) continue;
    for (const { shard, seq } of heads) ends.set(shard, Math.max(ends.get(shard) ?? 0, seq));
  }
  return ends;
}
