import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { factsAt, thisFileSystem } from './own-file.ts';
import { processes, shortIdentity, type Processes } from './process-identity.ts';

/** A name for a temporary file, which says whose it is. */
export async function temporaryName(table: Processes = processes): Promise<string> {
  return `.${shortIdentity(await table.own())}-${randomUUID().slice(0, 8)}.ossgrant-part`;
}

const TEMPORARY = /^\.([0-9a-f]{8})-(\d+)-(\d*)-[0-9a-f]{8}\.ossgrant-part$/;
const ASIDE = /\.ossgrant-part\.lock\.[0-9a-f]{8}$/;
// Of a process that cannot be seen from here.
const FORGOTTEN_MS = 24 * 3_600_000;

const cleaned = new Set<string>();

/** Removes what killed runs of this user left in a folder; looks once for each folder. */
export async function removeLeftoversOnce(folder: string): Promise<void> {
  if (cleaned.has(folder)) return;
  cleaned.add(folder);
  await removeLeftovers(folder, Date.now()).catch(() => {});
}

/** @param now of the system's clock, in milliseconds */
export async function removeLeftovers(folder: string, now: number, table: Processes = processes): Promise<void> {
  const here = await table.own();
  const [place] = shortIdentity(here).split('-');
  for (const name of await readdir(folder)) {
    const [, where, pid, born = ''] = TEMPORARY.exec(name) ?? [];
    if (where === undefined && !ASIDE.test(name)) continue;
    const path = join(folder, name);
    const facts = await factsAt(path);
    const isOwn =
      facts?.isFile() === true && (facts.uid === thisFileSystem.userId || thisFileSystem.userId === undefined);
    if (!isOwn) continue;
    // Not the time of modification, which may be the object's.
    const isForgotten = now - Number(facts.ctimeMs) > FORGOTTEN_MS;
    const isGone = where === place && (await table.stateOf({ ...here, pid: Number(pid), born })) === 'gone';
    if (isForgotten || isGone) await rm(path, { force: true }).catch(() => {});
  }
}
