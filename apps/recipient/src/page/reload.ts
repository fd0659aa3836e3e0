// Browsers do not ask again for a part of a page that failed to load once, until the page is loaded anew.

/** Whether an error is that of `import()`, or the built page's own for it; those of downloads have other classes and codes. */
export function isPartMissing(error: unknown): boolean {
  return error instanceof TypeError || (error as { readonly code?: unknown } | null)?.code === 'PART_MISSING';
}

const name = (memory: string): string => `reloaded for ${memory}`;

/**
 * Loads the page anew, if the server can be reached: otherwise the browser's own page would take its place.
 *
 * @param memory name of the download that goes on then
 */
export async function reload(memory: string | undefined): Promise<boolean> {
  // The landing page is nothing that is cached, and no use.
  const response = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => undefined);
  if (response === undefined) return false;
  if (memory !== undefined) sessionStorage.setItem(name(memory), '1');
  location.reload();
  return true;
}

/** Whether this page was loaded anew to go on with a download. */
export function wasReloadedFor(memory: string | undefined): boolean {
  if (memory === undefined || sessionStorage.getItem(name(memory)) === null) return false;
  sessionStorage.removeItem(name(memory));
  return true;
}
