import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Download, Page } from 'playwright-core';
import { expect, vi } from 'vitest';

/** Presses a button and waits for the file that it brings. */
export async function press(page: Page, name: string | RegExp, timeout = 90_000): Promise<Download> {
  const button = page.getByRole('button', { name });
  const [download] = await Promise.all([page.waitForEvent('download', { timeout }), button.first().click()]);
  return download;
}

/** SHA-256 of bytes. */
export function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a file that was downloaded, of any size. */
export async function hashOf(download: Download): Promise<string> {
  return hashOfFile(await download.path());
}

/** SHA-256 of a file. */
export async function hashOfFile(file: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(file), sum);
  return sum.digest('hex');
}

/** Waits until more than so many bytes of the page's download are stored. The page may show fewer: its last report can be 100 ms old. */
export async function waitForStored(page: Page, bytes: number): Promise<void> {
  const stored = async (): Promise<number> => {
    const root = await navigator.storage.getDirectory();
    const downloads = await root.getDirectoryHandle('ossgrant-downloads', { create: true });
    let sum = 0;
    for await (const folder of downloads.values()) {
      if (folder.kind !== 'directory') continue;
      for await (const file of folder.values()) {
        if (file.kind === 'file') sum += (await file.getFile()).size;
      }
    }
    return sum;
  };
  await vi.waitFor(async () => expect(await page.evaluate(stored)).toBeGreaterThan(bytes), {
    timeout: 60_000,
    interval: 50,
  });
}

/** Makes a page's only way the file picker, which tests cannot answer: the chosen file is one of the page's own storage. */
export function stubPicker(): void {
  const { storage } = navigator;
  // An empty page has none.
  if ((storage as unknown) === undefined) return;
  Object.assign(storage, { estimate: async () => ({ quota: 0, usage: 0 }) });
  const showSaveFilePicker = async (options: { readonly suggestedName: string }): Promise<unknown> =>
    (await storage.getDirectory()).getFileHandle(options.suggestedName, { create: true });
  Object.assign(globalThis, { showSaveFilePicker });
}

/** Bytes of a slice that is hashed. */
export const SLICE = 32 << 20;

/** SHA-256 of each slice of a file that was picked; undefined where there is none. Runs in the page. */
export async function hashSlices(picked: { readonly file: string; readonly slice: number }): Promise<unknown> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(picked.file).catch(() => undefined);
  if (handle === undefined) return undefined;
  const content = await handle.getFile();
  const hashes: string[] = [];
  for (let start = 0; start < content.size; start += picked.slice) {
    const bytes = await content.slice(start, start + picked.slice).arrayBuffer();
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    hashes.push([...sum].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return hashes;
}

/** The same, of each 32 MiB. */
export async function hashesOfPicked(page: Page, file: string): Promise<unknown> {
  return page.evaluate(hashSlices, { file, slice: SLICE });
}

/** SHA-256 of each 32 MiB of bytes. */
export function hashesOf(bytes: Uint8Array): string[] {
  const starts = Array.from({ length: Math.ceil(bytes.length / SLICE) }, (_, index) => index * SLICE);
  return starts.map((start) => hash(bytes.subarray(start, start + SLICE)));
}
