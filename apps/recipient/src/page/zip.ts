import { openDownload, safeFileName } from '@ossgrant/http-downloader';
import { chooseSaveWay, saveFile } from '@ossgrant/http-downloader/web-file';
import { makeZip, predictLength } from 'client-zip';
import type { ListedObject } from './client.ts';
import type { Share } from './share.ts';
import { pickFile } from './picked-file.ts';
import { sourceOf, type Outcome, type TransferOptions } from './transfer.ts';

const NAME = 'files.zip';

/** What goes into the ZIP. */
export interface ZipContent {
  readonly objects: readonly ListedObject[];
  /** Folder that the names in the ZIP leave out. */
  readonly prefix: string;
}

/** Downloads objects into one ZIP, one after the other; each is checked, and a wrong one ends it without a file. */
export async function downloadZip(
  share: Share,
  { objects, prefix }: ZipContent,
  { signal, onProgress }: TransferOptions,
): Promise<Outcome> {
  const names = zipNames(objects.map(({ key }) => key.slice(prefix.length)));
  const sizes = objects.map(({ size }) => size);
  const isKnown = sizes.every((size) => size !== undefined);
  const total = isKnown ? sizes.reduce((sum, size) => sum + (size ?? 0), 0) : undefined;
  let finished = 0;
  let unverified = 0;

  async function* files(): AsyncGenerator<{ name: string; input: ReadableStream<Uint8Array>; lastModified?: Date }> {
    for (const [index, { key }] of objects.entries()) {
      const source = await sourceOf(share, { key, name: names[index] ?? key });
      const { info, body, done } = await openDownload(source, {
        signal,
        onProgress: ({ receivedBytes, bytesPerSecond }) => {
          const received = finished + receivedBytes;
          const left =
            bytesPerSecond === undefined || total === undefined ? undefined : (total - received) / bytesPerSecond;
          onProgress({
            receivedBytes: received,
            ...(total === undefined ? {} : { totalBytes: total }),
            ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
            ...(left === undefined ? {} : { remainingMs: left * 1000 }),
          });
        },
      });
      yield {
        name: names[index] ?? key,
        input: body,
        ...(info.lastModified === undefined ? {} : { lastModified: info.lastModified }),
      };
      const { bytes, verified } = await done;
      finished += bytes;
      if (verified === 'none') unverified += 1;
    }
  }

  const archive = makeZip(files());
  const length = isKnown
    ? Number(predictLength(objects.map(({ size = 0 }, index) => ({ name: names[index] ?? '', size }))))
    : undefined;
  if ((await chooseSaveWay(length)) === 'picker') {
    await archive.pipeTo(await pickFile(NAME), { signal });
  } else {
    saveFile(await throughStorage(archive, signal), NAME);
  }
  return { kind: 'zip', name: NAME, count: objects.length, unverified };
}

/** Writes a stream to a file of the page's storage, which is removed with what else has become old there. */
async function throughStorage(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<Blob> {
  const root = await navigator.storage.getDirectory();
  const downloads = await root.getDirectoryHandle('ossgrant-downloads', { create: true });
  const folder = await downloads.getDirectoryHandle(crypto.randomUUID(), { create: true });
  const handle = await folder.getFileHandle(NAME, { create: true });
  await stream.pipeTo(await handle.createWritable(), { signal });
  return handle.getFile();
}

/** Names that every system accepts, below folders as in the share; equal ones are numbered. */
export function zipNames(keys: readonly string[]): string[] {
  const used = new Set<string>();
  return keys.map((key) => {
    const name = key
      .split('/')
      .filter((part) => part !== '')
      .map((part) => safeFileName({ key: part }))
      .join('/');
    const [, stem = name, extension = ''] = /^(.+?)(\.[^./]+)?$/s.exec(name) ?? [];
    let free = name;
    for (let n = 2; used.has(free.toLowerCase()); n += 1) free = `${stem} (${n})${extension}`;
    used.add(free.toLowerCase());
    return free;
  });
}
