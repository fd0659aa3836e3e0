import { expect, it, onTestFinished, vi } from 'vitest';
import { saveFile } from '../../src/web-file/save.ts';

/** A page that keeps what it was asked to save. */
function pretendPage(): { readonly saved: { href: string; download: string }[]; readonly blobs: Blob[] } {
  const saved: { href: string; download: string }[] = [];
  const blobs: Blob[] = [];
  vi.useFakeTimers();
  vi.stubGlobal('document', {
    createElement() {
      const link = {
        href: '',
        download: '',
        click: () => void saved.push({ href: link.href, download: link.download }),
      };
      return link;
    },
  });
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => `blob:${blobs.push(blob)}`);
  onTestFinished(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  return { saved, blobs };
}

it('saves a file under its name, as bytes that no browser shows as a page', async () => {
  const { saved, blobs } = pretendPage();
  saveFile(new Blob(['<script>steal()</script>'], { type: 'text/html' }), 'page.html');
  expect(saved).toEqual([{ href: 'blob:1', download: 'page.html' }]);
  expect(blobs[0]?.type).toBe('application/octet-stream');
  expect(await blobs[0]?.text()).toBe('<script>steal()</script>');
});

it('gives the bytes up when the browser has read them', () => {
  pretendPage();
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  saveFile(new Blob(['a']), 'a.txt');
  vi.advanceTimersByTime(599_000);
  expect(revoke).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(revoke).toHaveBeenCalledWith('blob:1');
});
