import { beforeEach, describe, expect, test } from 'vitest';
import {
  exportLines,
  pruneAudit,
  type PruneOptions,
  readCursor,
  verifyExport,
  verifyStore,
} from '../../src/audit/index.ts';
import { linesOf, type Log, NOW, openLog, piecesOf } from './log.ts';

let log: Log;
beforeEach(async () => {
  log = await openLog();
  await log.append(640, NOW);
}, 120_000);

function cursorOf(lines: readonly string[]): string {
  const cursors = lines.filter((line) => line.startsWith('{"cursor"'));
  return (JSON.parse(cursors.at(-1) ?? '{}') as { cursor: string }).cursor;
}

const isEvent = (line: string): boolean => !line.startsWith('{"cursor"');

describe('an export', () => {
  test('resumes at its cursor with what has happened since, once each, and both parts verify as one', async () => {
    const first = await log.exported(NOW + 1);
    await log.append(128, NOW + 2);
    const second = linesOf(await piecesOf(exportLines(log.store, NOW + 3, readCursor(cursorOf(first)))));
    expect([first.filter(isEvent).length, second.filter(isEvent).length]).toEqual([640, 128]);
    expect(await verifyExport([...first, ...second], [])).toMatchObject({
      events: 768,
      faults: [],
      exportedAt: new Date(NOW + 3),
    });
    const third = linesOf(await piecesOf(exportLines(log.store, NOW + 4, readCursor(cursorOf(second)))));
    expect(third).toHaveLength(1);
  });

  test('that was cut after any of its pieces resumes there', async () => {
    const pieces = await piecesOf(exportLines(log.store, NOW + 1));
    expect(pieces).toHaveLength(65);
    for (const kept of [1, 17, 64]) {
      const lines = linesOf(pieces.slice(0, kept));
      expect((await verifyExport(lines, [])).exportedAt).toBeUndefined();
      const rest = linesOf(await piecesOf(exportLines(log.store, NOW + 2, readCursor(cursorOf(lines)))));
      expect(await verifyExport([...lines, ...rest], [])).toMatchObject({ events: 640, faults: [] });
    }
  });

  test('is judged by the anchors from before it only', async () => {
    const lines = await log.exported(NOW + 1000);
    await log.append(64, NOW + 60_000);
    const later = await log.read([await log.anchor(NOW + 61_000)]);
    expect((await verifyExport(lines, later)).faults).toEqual([]);
    const earlier = await log.read([await log.anchor(NOW - 61_000)]);
    expect((await verifyExport(lines, earlier)).faults[0]).toMatchObject({ shard: 0, seq: 11 });
  });
});

describe('a prune', () => {
  async function prune(lines: string[], changes: Partial<PruneOptions> = {}) {
    const { store, signer } = log;
    return pruneAudit({
      store,
      signer,
      anchors: await log.read(lines),
      before: new Date(NOW + 100_000),
      append: async (line) => void lines.push(line),
      now: NOW + 300_000,
      actor: 'test',
      ...changes,
    });
  }

  test('removes what an anchor covers, says so in the log, and the rest still verifies', async () => {
    const lines = [await log.anchor(NOW + 60_000)];
    await log.append(64, NOW + 110_000);
    lines.push(await log.anchor(NOW + 120_000));
    expect(await prune(lines)).toEqual({ pruned: 640, anchor: new Date(NOW + 60_000) });
    expect(lines).toHaveLength(3);
    const anchors = await log.read(lines);
    expect(await verifyStore(log.store, anchors)).toMatchObject({ events: 65, faults: [], unanchored: 1 });
    expect(await verifyExport(await log.exported(), anchors)).toMatchObject({ events: 65, faults: [] });
    const [row] = await log.sql(`select actor, body from audit_event where kind = 'audit.pruned'`);
    expect([row?.['actor'], JSON.parse(String(row?.['body']))]).toMatchObject(['test', { events: 640 }]);
    // Whoever removes one more is found, and so is the prune without its statement.
    await log.sql('delete from audit_event where shard = 5 and seq = 11');
    expect((await verifyStore(log.store, anchors)).faults).toMatchObject([{ shard: 5, seq: 11 }]);
    expect((await verifyStore(log.store, anchors.slice(0, 2))).faults).toHaveLength(64);
  });

  test('of a chain as a whole leaves a log that verifies and grows', async () => {
    const lines = [await log.anchor(NOW)];
    expect(await prune(lines)).toMatchObject({ pruned: 640 });
    await log.append(64, NOW + 400_000);
    expect(await verifyStore(log.store, await log.read(lines))).toMatchObject({ events: 65, faults: [] });
  });

  test('removes nothing without an anchor from before, or where the log has a fault', async () => {
    const late = [await log.anchor(NOW + 100_001)];
    expect(await prune(late)).toEqual({ pruned: 0, refused: 'no-anchor' });
    expect(await prune([])).toEqual({ pruned: 0, refused: 'no-anchor' });
    const lines = [await log.anchor(NOW)];
    await log.sql(`update audit_event set actor = 'x' where shard = 5 and seq = 3`);
    expect(await prune(lines)).toMatchObject({
      pruned: 0,
      refused: 'faults',
      report: { faults: [{ shard: 5, seq: 3 }] },
    });
    expect([lines.length, late.length, await log.sql('select count(*)::int as n from audit_event')]).toEqual([
      1,
      1,
      [{ n: 640 }],
    ]);
  });

  test('removes nothing when its statement cannot be kept', async () => {
    const lines = [await log.anchor(NOW)];
    const append = async (): Promise<void> => Promise.reject(new Error('the disk is full'));
    await expect(prune(lines, { append })).rejects.toThrow('the disk is full');
    expect(await log.sql('select count(*)::int as n from audit_event')).toEqual([{ n: 640 }]);
  });
});
