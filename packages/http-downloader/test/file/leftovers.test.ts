import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeLeftovers, temporaryName } from '../../src/file/leftovers.ts';
import { processes, type Processes } from '../../src/file/process-identity.ts';
import { temporaryFolder } from '../kit.ts';

const DAY_MS = 24 * 3_600_000;

it('files left by killed runs are removed, and those that others may be writing stay [fault 67]', async () => {
  const folder = await temporaryFolder();
  const own = await processes.own();
  const table: Processes = {
    own: () => processes.own(),
    stateOf: async ({ pid }) => (pid === 4_194_305 ? 'gone' : 'alive'),
  };
  const as = (pid: number, boot = own.boot): Processes => ({ ...table, own: async () => ({ ...own, pid, boot }) });
  const names = {
    gone: await temporaryName(as(4_194_305)),
    alive: await temporaryName(as(77)),
    elsewhere: await temporaryName(as(4_194_305, 'another boot')),
    users: '.mine.ossgrant-part',
    aside: 'a.ossgrant-part.lock.0123abcd',
  };
  for (const name of Object.values(names)) await writeFile(join(folder, name), '');
  // As of an object, which the other run is about to put in place.
  const longAgo = new Date(Date.now() - 2 * DAY_MS);
  await utimes(join(folder, names.elsewhere), longAgo, longAgo);
  await removeLeftovers(folder, Date.now(), table);
  expect((await readdir(folder)).sort()).toEqual([names.alive, names.elsewhere, names.users, names.aside].sort());
  await removeLeftovers(folder, Date.now() + 2 * DAY_MS, table);
  expect(await readdir(folder)).toEqual([names.users]);
});
