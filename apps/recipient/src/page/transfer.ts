import { fromShare, safeFileName } from '@ossgrant/http-downloader';
import {
  chooseSaveWay,
  downloadToStorage,
  removeStoredDownloads,
  saveByNavigation,
  saveFile,
  type StoredDownload,
} from '@ossgrant/http-downloader/web-file';
import { visitUse, type Share } from './share.ts';

type RequestSource = ReturnType<typeof fromShare>;

/** An object to download. */
export interface Wanted {
  /** Absent: the share's only one. */
  readonly key?: string;
  readonly name: string;
  readonly size?: number;
}

/** How far a download is. */
export interface Progress {
  readonly receivedBytes: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond?: number;
  readonly remainingMs?: number;
}

/** What a download needs. */
export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** How a download ended. `again` hands the file over once more. */
export type Outcome =
  | { readonly kind: 'saved'; readonly name: string; readonly verified: boolean; readonly again?: () => void }
  | { readonly kind: 'zip'; readonly name: string; readonly count: number; readonly unverified: number }
  | { readonly kind: 'navigated' };

const DAY_MS = 86_400_000;
// Once for the page, before its first download: what fails is left for another visit.
let cleaned: Promise<void> | undefined;

/** Where an object comes from: credentials of the share, where it gives them, else signed URLs. */
export async function sourceOf(share: Share, { key }: Wanted): Promise<RequestSource> {
  if (share.credentials) {
    const { credentialSource } = await import('./share-credentials.ts');
    const source = await credentialSource(share, key);
    if (source !== undefined) return source;
  }
  return linkSource(share, key);
}

function linkSource(share: Share, key: string | undefined): RequestSource {
  const { path, password } = share;
  return fromShare(location.origin + path, {
    use: visitUse(share),
    ...(key === undefined ? {} : { key }),
    ...(password === undefined ? {} : { password }),
  });
}

/** Downloads an object in the best way that this browser has. */
export async function transfer(share: Share, wanted: Wanted, options: TransferOptions): Promise<Outcome> {
  const name = safeFileName({ key: wanted.name });
  const way = await chooseSaveWay(wanted.size);
  if (way === 'navigation') return navigate(share, wanted);
  if (way === 'picker') {
    const { toPickedFile } = await import('./picked-file.ts');
    const { verified } = await toPickedFile(name, () => sourceOf(share, wanted), options);
    return { kind: 'saved', name, verified: verified !== 'none' };
  }
  await (cleaned ??= removeStoredDownloads(DAY_MS).catch(() => {}));
  const source = await sourceOf(share, wanted);
  let received = 0;
  const onProgress = (progress: Progress): void => {
    received = progress.receivedBytes;
    options.onProgress(progress);
  };
  let stored: StoredDownload;
  try {
    stored = await downloadToStorage(source, { ...options, onProgress, retry: { maxFailures: 2 } });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'NETWORK') throw error;
    if (received === 0 && (await refusesPages(share, wanted))) return navigate(share, wanted);
    stored = await downloadToStorage(source, { ...options, onProgress });
  }
  const { file, verified } = stored;
  const again = (): void => saveFile(file, name);
  again();
  return { kind: 'saved', name, verified: verified !== 'none', again };
}

/** Whether the storage responds, but its rules keep the response from pages: `fetch` fails alike for both. */
async function refusesPages(share: Share, { key }: Wanted): Promise<boolean> {
  const stopped = new AbortController();
  const attempt = { headers: {}, clockOffsetMs: 0, signal: stopped.signal };
  try {
    const { origin, path } = await linkSource(share, key).prepare(attempt);
    await fetch(origin + path, { mode: 'no-cors', credentials: 'omit', signal: stopped.signal });
    return true;
  } catch {
    return false;
  } finally {
    stopped.abort();
  }
}

/** Lets the browser download by itself: the last resort, where it stores nothing for pages, or the storage allows no page. */
export async function navigate(share: Share, { key }: Wanted): Promise<Outcome> {
  await saveByNavigation(linkSource(share, key));
  return { kind: 'navigated' };
}
