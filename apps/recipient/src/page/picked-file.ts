import type { DownloadOptions, DownloadResult, RequestSource } from '@ossgrant/http-downloader';
import { downloadToStream } from '@ossgrant/http-downloader/web-file';

interface PickedFile {
  createWritable(): Promise<WritableStream<Uint8Array>>;
}

/** Lets the user choose where to save. @throws AbortError when they choose nothing */
export async function pickFile(suggestedName: string): Promise<WritableStream<Uint8Array>> {
  const { showSaveFilePicker } = globalThis as unknown as {
    readonly showSaveFilePicker: (options: { readonly suggestedName: string }) => Promise<PickedFile>;
  };
  return (await showSaveFilePicker({ suggestedName })).createWritable();
}

/** Downloads into a file of the user's choice. */
export async function toPickedFile(
  name: string,
  source: () => Promise<RequestSource>,
  options: DownloadOptions,
): Promise<DownloadResult> {
  // Chosen first: a browser forgets soon that the user has pressed a button.
  const writable = await pickFile(name);
  return downloadToStream(await source(), writable, options);
}
