import { openFile } from './open-file.ts';

interface Syncs {
  running: Promise<void>;
  /** Starts when the running one is over. */
  next?: Promise<void>;
}

/** Makes the names in a folder durable, as they are now. Not every system can open a folder: then there is nothing to do. */
export const syncFolder: (path: string) => Promise<void> = shareSyncs(async (path) => {
  const folder = await openFile(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close().catch(() => {});
});

/**
 * Lets those who ask at once share: whoever asks while a sync is under way, which may have seen the folder before, waits for one
 * that starts after it.
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
