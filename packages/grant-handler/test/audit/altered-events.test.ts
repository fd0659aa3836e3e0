import { beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { type Anchor, verifyExport, verifyStore } from '../../src/audit/index.ts';
import { exported, type Log, NOW, openLog, rewriteChain } from './log.ts';

const EVENTS = 10_000;
// Of the chain's 156 events; an anchor knows the first 100, another one all.
const SHARD = 37;
const SEQ = 120;
const HALF = 6400;

let log: Log;
let anchors: readonly Anchor[];
beforeAll(async () => {
  log = readingOnce(await openLog());
  await log.append(HALF, NOW);
  const first = await log.anchor(NOW + 60_000);
  await log.append(EVENTS - HALF, NOW + 61_000);
  anchors = await log.read([first, await log.anchor(NOW + 120_000)]);
  await log.sql('create table kept_event as table audit_event');
  await log.sql('create table kept_head as table audit_head');
}, 120_000);

const TOUCHED = new Set([SHARD - 1, SHARD, SHARD + 1]);

/** Chains that no test touches are read from the database once: all are verified each time. */
function readingOnce(opened: Log): Log {
  const read = new Map<string, ReturnType<Log['store']['exportEvents']>>();
  const store: Log['store'] = {
    ...opened.store,
    exportEvents(shard, after, limit) {
      if (TOUCHED.has(shard)) return opened.store.exportEvents(shard, after, limit);
      const page = read.get(`${shard} ${after}`) ?? opened.store.exportEvents(shard, after, limit);
      read.set(`${shard} ${after}`, page);
      return page;
    },
  };
  return { ...opened, store, exported: (at = NOW + 3_600_000) => exported(store, at) };
}

async function restore(): Promise<void> {
  // Nothing else is touched by any test.
  await log.sql('delete from audit_event where shard between 36 and 38');
  await log.sql('insert into audit_event select * from kept_event where shard between 36 and 38');
  await log.sql('delete from audit_head');
  await log.sql('insert into audit_head select * from kept_head');
}
beforeEach(() => expect.hasAssertions());
afterEach(restore);

/** What is found in the database, and in an export of it. */
async function faults(): Promise<readonly [online: readonly unknown[], offline: readonly unknown[]]> {
  const online = await verifyStore(log.store, anchors);
  const offline = await verifyExport(await log.exported(), anchors);
  return [online.faults, offline.faults];
}

async function expectFault(seq: number, reason: RegExp, shard = SHARD): Promise<void> {
  const fault = { shard, seq, reason: expect.stringMatching(reason) as string };
  const [online, offline] = await faults();
  expect([online[0], offline[0]]).toEqual([fault, fault]);
}

test(`${EVENTS} events are whole, online and in an export, and all are anchored`, async () => {
  const whole = { events: EVENTS, faults: [], unanchored: 0, lastAnchor: new Date(NOW + 120_000) };
  expect(await verifyStore(log.store, anchors)).toEqual(whole);
  expect(await verifyExport(await log.exported(), anchors)).toEqual({
    ...whole,
    exportedAt: new Date(NOW + 3_600_000),
  });
});

describe(`of one event in ${EVENTS}`, { timeout: 60_000 }, () => {
  test.each([
    ['at', `at + interval '1 millisecond'`],
    ['kind', `'share.created'`],
    ['subject', `set_byte(subject, 15, (get_byte(subject, 15) + 1) % 256)`],
    ['actor', `actor || ' '`],
    ['body', `replace(body, ': ', ':')`],
    ['hash', `set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)`],
  ])('another %s is found, and the event named', async (column, value) => {
    await log.sql(`update audit_event set ${column} = ${value} where shard = ${SHARD} and seq = ${SEQ}`);
    await expectFault(SEQ, /^the event was altered$/);
  });

  test('another place in its chain is found, and the event named', async () => {
    await log.sql(`update audit_event set seq = 100000 where shard = ${SHARD} and seq = ${SEQ}`);
    await expectFault(SEQ, /^the event was removed/);
  });

  test('another chain is found, in both chains', async () => {
    await log.sql(`update audit_event set shard = ${SHARD + 1}, seq = 100000 where shard = ${SHARD} and seq = ${SEQ}`);
    const [online, offline] = await faults();
    for (const found of [online, offline]) {
      expect(found).toMatchObject([
        { shard: SHARD, seq: SEQ },
        { shard: SHARD + 1, seq: 157 },
      ]);
    }
  });

  test('its removal is found, and the event named', async () => {
    await log.sql(`delete from audit_event where shard = ${SHARD} and seq = ${SEQ}`);
    await expectFault(SEQ, /^the event was removed/);
  });

  test('a change with a new chain after it is found by the anchor, and the minute named', async () => {
    await rewriteChain(log, SHARD, SEQ, 'somebody else');
    await expectFault(
      101,
      /^one of the events 101 to 156 was altered, and the chain rewritten: the anchor of 2027-01-01T00:02/,
    );
  });

  test('a change with a new chain is not found without anchors: that is what they are for', async () => {
    await rewriteChain(log, SHARD, SEQ, 'somebody else');
    expect((await verifyStore(log.store, [])).faults).toEqual([]);
  });
});

describe('an end', { timeout: 60_000 }, () => {
  test('that was cut off is found by the head, and the first event named', async () => {
    await log.sql(`delete from audit_event where shard = ${SHARD} and seq > 150`);
    expect((await verifyStore(log.store, [])).faults).toMatchObject([
      { shard: SHARD, seq: 151, reason: 'the events 151 to 156 were removed' },
    ]);
    await expectFault(151, /^the events 151 to 156 were removed/);
  });

  test('that was cut off with its head is found by the anchor', async () => {
    await log.sql(`delete from audit_event where shard = ${SHARD} and seq > 150`);
    await log.sql(`update audit_head set seq = 150, hash = (select hash from audit_event where shard = ${SHARD} and seq = 150)
      where shard = ${SHARD}`);
    await expectFault(151, /^the events 151 to 156 were removed: the anchor of 2027-01-01T00:02/);
  });

  test('of a chain that was emptied is found', async () => {
    await log.sql(`delete from audit_event where shard = ${SHARD}`);
    await log.sql(`update audit_head set seq = 0 where shard = ${SHARD}`);
    await expectFault(1, /^the events 1 to 156 were removed/);
  });

  test.each([
    ['seq', '150', 151, /beyond the head/],
    ['hash', `sha256('x')`, 156, /head of the chain was altered/],
  ])('whose head has another %s is found in the database', async (column, value, seq, reason) => {
    await log.sql(`update audit_head set ${column} = ${value} where shard = ${SHARD}`);
    const { faults: found } = await verifyStore(log.store, anchors);
    expect(found).toMatchObject([{ shard: SHARD, seq, reason: expect.stringMatching(reason) as string }]);
  });
});

test('a beginning that was removed is found: no signed prune covers it', async () => {
  await log.sql(`delete from audit_event where shard = ${SHARD} and seq <= 100`);
  await expectFault(1, /^the events 1 to 100 were removed/);
});

test('the first fault of each chain is named', async () => {
  await log.sql(`update audit_event set actor = 'x' where shard in (36, 38) and seq in (5, 7)`);
  const [online, offline] = await faults();
  expect(online).toMatchObject([
    { shard: 36, seq: 5 },
    { shard: 38, seq: 5 },
  ]);
  expect(offline).toEqual(online);
});

test('events that were changed in an export are found without the database', async () => {
  const lines = await log.exported();
  const index = lines.findIndex((line) => line.includes(`"shard":${SHARD},"seq":${SEQ},`));
  const changed = lines.with(index, (lines[index] ?? '').replace('"actor":"actor', '"actor":"Actor'));
  expect((await verifyExport(changed, anchors)).faults).toMatchObject([{ shard: SHARD, seq: SEQ }]);
  const swapped = lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '');
  expect((await verifyExport(swapped, anchors)).faults).toMatchObject([{ shard: SHARD, seq: SEQ }]);
  const twice = lines.toSpliced(index, 0, lines[index] ?? '');
  expect((await verifyExport(twice, anchors)).faults).toMatchObject([{ shard: SHARD, seq: SEQ }]);
  await expect(verifyExport(lines.with(index, 'x'), anchors)).rejects.toThrow(`line ${index + 1} of the export`);
});
