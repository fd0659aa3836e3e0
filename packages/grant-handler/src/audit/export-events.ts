import type { AuditEvent } from '../records.ts';
import type { Store } from '../store.ts';

const PAGE = 1000;
const SHARDS = 64;

/** The place of the last exported event in each chain, by shard; 0 before the first. */
export type Positions = readonly number[];

/** Reads a cursor. @returns undefined for a text that cannot be one */
export function readCursor(text: string): Positions | undefined {
  const [version, ...places] = text.split('.');
  const positions = places.map((place) => (/^\d{1,15}$/.test(place) ? Number(place) : Number.NaN));
  return version === 'v1' && positions.length === SHARDS && !positions.includes(Number.NaN) ? positions : undefined;
}

function cursorText(positions: Positions): string {
  return ['v1', ...positions].join('.');
}

/** Events of one chain in order, page by page, up to what is there when the last page is read. */
export async function* eventPages(store: Store, shard: number, after: number): AsyncGenerator<readonly AuditEvent[]> {
  let seq = after;
  for (;;) {
    const events = await store.exportEvents(shard, seq, PAGE);
    if (events.length > 0) yield events;
    seq = events.at(-1)?.seq ?? seq;
    if (events.length < PAGE) return;
  }
}

/**
 * All events after a cursor as NDJSON, chain after chain. A line with a `cursor` follows each page: an export that was cut
 * short resumes at its last one, and what came after that line comes again. The last line says `"complete":true`, and all
 * that had happened by `at` stands before it.
 *
 * @param now milliseconds since the Unix epoch
 */
export async function* exportLines(store: Store, now: number, after?: Positions): AsyncGenerator<string> {
  const positions = [...(after ?? Array.from({ length: SHARDS }, () => 0))];
  const at = new Date(now);
  const heads = await store.heads();
  for (const { shard, seq: last } of heads) {
    if (last <= (positions[shard] ?? 0)) continue;
    for await (const events of eventPages(store, shard, positions[shard] ?? 0)) {
      positions[shard] = events.at(-1)?.seq ?? 0;
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      yield `${lines}${JSON.stringify({ cursor: cursorText(positions), at })}\n`;
    }
  }
  yield `${JSON.stringify({ cursor: cursorText(positions), at, complete: true })}\n`;
}
