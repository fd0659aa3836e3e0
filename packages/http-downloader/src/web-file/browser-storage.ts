import { DownloadError } from '../download-error.ts';
import { inStorage, storageError, storeName, type StorageFolder } from './storage.ts';

// The part of a page's globals that is used here: this package is typed without the DOM.
interface PageNavigator {
  readonly storage?: {
    getDirectory?(): Promise<StorageFolder>;
    estimate?(): Promise<{ readonly quota?: number; readonly usage?: number }>;
  };
  readonly locks?: {
    request<T>(name: string, options: { readonly ifAvailable: true }, run: (lock: unknown) => Promise<T>): Promise<T>;
  };
}

function pageNavigator(): PageNavigator {
  return (globalThis as { readonly navigator?: PageNavigator }).navigator ?? {};
}

const FOLDER = 'ossgrant-downloads';

/** The folder of downloads in the page's origin private file system. @throws DownloadError `UNSUPPORTED` or `FILE_SYSTEM` */
export async function browserFolder(): Promise<StorageFolder> {
  const { storage } = pageNavigator();
  if (storage?.getDirectory === undefined) {
    throw new DownloadError(
      'this browser gives the page no storage: download to a stream, or let the browser save the link',
      {
        code: 'UNSUPPORTED',
        retryable: false,
      },
    );
  }
  const root = await inStorage(storage.getDirectory());
  return inStorage(root.getDirectoryHandle(FOLDER, { create: true }));
}

/** Bytes that the browser lets the page store; undefined where it does not say. */
export async function storageRoom(): Promise<number | undefined> {
  const { quota, usage = 0 } =
    (await pageNavigator()
      .storage?.estimate?.()
      .catch(() => undefined)) ?? {};
  return quota === undefined ? undefined : quota - usage;
}

/** Runs while no other tab downloads the same object. @throws DownloadError `TARGET_BUSY` */
export async function withLock<T>(identity: string, run: () => Promise<T>): Promise<T> {
  const { locks } = pageNavigator();
  if (locks === undefined) return run();
  return locks.request(`ossgrant-download ${storeName(identity)}`, { ifAvailable: true }, async (lock) => {
    if (lock !== null) return run();
    throw new DownloadError('another tab is downloading this object: wait for it, or pause it there', {
      code: 'TARGET_BUSY',
      retryable: false,
    });
  });
}

/** Removes what downloads have left in the page's storage, unless a tab is using it. @param olderThanMs age of what is removed */
export async function removeStoredDownloads(olderThanMs: number): Promise<void> {
  const folder = await browserFolder();
  const names: string[] = [];
  try {
    for await (const name of folder.keys()) names.push(name);
  } catch (cause) {
    // Downloads that run meanwhile change the folder.
    throw storageError(cause);
  }
  for (const name of names) await removeIfOld(folder, name, olderThanMs);
}

async function removeIfOld(parent: StorageFolder, name: string, olderThanMs: number): Promise<void> {
  const run = async (): Promise<void> => {
    const folder = await parent.getDirectoryHandle(name);
    for await (const file of folder.keys()) {
      const { lastModified } = (await (await folder.getFileHandle(file)).getFile()) as Blob & { lastModified: number };
      if (Date.now() - lastModified < olderThanMs) return;
    }
    await parent.removeEntry(name, { recursive: true });
  };
  const { locks } = pageNavigator();
  const held = locks?.request(`ossgrant-download ${name}`, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await run();
  });
  // Files that cannot be removed now are removed another time.
  await (held ?? run()).catch(() => {});
}
