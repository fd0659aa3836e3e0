import { statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { openFile, promptly } from './disk.ts';

// tmpfs and ramfs, as Linux numbers them.
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

/**
 * Whether a folder is in memory only. To sync a file there does nothing, but on a thread of its own, which costs more than all
 * else that is done with a small file.
 */
export async function isInMemory(folder: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const facts = await promptly(
    () => statfsSync(folder),
    () => statfs(folder),
  ).catch(() => undefined);
  return facts !== undefined && IN_MEMORY.has(facts.type);
}

interface Syncs {
  running: Promise<void>;
  /** Starts when the running one is over. */
  next?: Promise<void>;
}

/** Makes the names in a folder durable, as they are now. Some systems cannot open a folder: there it does nothing. */
export const syncFolder: (path: string) => Promise<void> = shareSyncs(async (path) => {
  const folder = await openFile(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
});

/**
 * Lets those who ask at once share: a caller that asks during a sync, which may have read the folder before, waits for one that
 * starts after it.
 */
export function shareSyncs(sync: (path: string) => Promise<void>): (path: string) => Promise<void> {
  const folders = new Map<string, Syncs>();
  async function start(path: string): Promise<void> {
    const syncs: Syncs = { running: sync(path) };
    folders.set(path, syncs);
    await syncs.running;
    if (syncs.next === undefined) folders.delete(path);
  }
  return async (path) => {
    const syncs = folders.get(path);
    if (syncs === undefined) return start(path);
    syncs.next ??= syncs.running.then(() => start(path));
    return syncs.next;
  };
}
