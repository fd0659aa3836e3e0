import { DownloadError } from '../download-error.ts';
import type { RequestSource } from '../request-source.ts';
import { storageRoom } from './browser-storage.ts';

/**
 * How a page can save an object.
 *
 * - `storage`: in the browser's storage, checked and resumable, then handed over as a file.
 * - `picker`: into a file of the user's choice, checked.
 * - `navigation`: the browser downloads the link by itself. Nothing can be checked or resumed by the page.
 */
export type SaveWay = 'storage' | 'picker' | 'navigation';

// The part of a page's globals that is used here: this package is typed without the DOM.
interface PageGlobals {
  readonly navigator?: {
    readonly userAgent?: string;
    readonly maxTouchPoints?: number;
    readonly storage?: { readonly getDirectory?: unknown };
  };
  readonly FileSystemFileHandle?: { readonly prototype: object };
  readonly showSaveFilePicker?: unknown;
  readonly document?: {
    createElement(name: 'a'): { href: string; download: string; click(): void };
  };
  readonly location?: { assign(url: string): void };
}

const page = (): PageGlobals => globalThis as PageGlobals;

/**
 * Chooses the best way that this browser offers.
 *
 * @param size of the object in bytes, as far as known: larger ones may not fit into the browser's storage
 */
export async function chooseSaveWay(size = 0): Promise<SaveWay> {
  const { navigator, FileSystemFileHandle: handle, showSaveFilePicker: picker } = page();
  // Browsers of iOS, and of iPads that call themselves Macs, fail to save what a page made.
  const agent = navigator?.userAgent ?? '';
  const isIos = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && (navigator?.maxTouchPoints ?? 0) > 1);
  if (isIos) return 'navigation';
  const canStore = navigator?.storage?.getDirectory !== undefined && 'createWritable' in (handle?.prototype ?? {});
  if (canStore && size <= ((await storageRoom()) ?? Infinity)) return 'storage';
  return typeof picker === 'function' ? 'picker' : 'navigation';
}

// Longer than a browser takes to begin reading, short enough for a page that stays open.
const KEEP_MS = 600_000;

/** Hands a file to the user, as any download of the browser. Keep its bytes in the storage until the browser has read them. */
export function saveFile(file: Blob, filename: string): void {
  // Some browsers show what they should save. As the type that its owner gave it, a page would run with the rights of this one.
  const url = URL.createObjectURL(new Blob([file], { type: 'application/octet-stream' }));
  click(url, filename);
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}

/**
 * Lets the browser download by itself, the last resort: the page sees neither progress nor bytes, so nothing is verified.
 *
 * @throws DownloadError `UNSUPPORTED` for a source that signs headers, which a browser cannot send by itself
 */
export async function saveByNavigation(source: RequestSource, signal?: AbortSignal): Promise<void> {
  const attempt = { headers: {}, clockOffsetMs: 0, signal: signal ?? new AbortController().signal };
  const { origin, path, headers } = await source.prepare(attempt);
  if (Object.keys(headers).length > 0) {
    throw new DownloadError('the browser cannot send signed headers by itself: use a signed URL or a share', {
      code: 'UNSUPPORTED',
      retryable: false,
    });
  }
  page().location?.assign(origin + path);
}

function click(href: string, download: string): void {
  const link = page().document?.createElement('a');
  if (link === undefined) {
    throw new DownloadError('only a page can hand a file to the user', { code: 'UNSUPPORTED', retryable: false });
  }
  Object.assign(link, { href, download });
  link.click();
}
