// Longest text of another library's error that is kept.
const MAX_TEXT = 4_096;

/**
 * Copies the safe parts of another library's error: name, message, stack, and `code` where it is a string. HTTP clients attach
 * requests and responses to their errors, and quote whole URLs; those hold signatures and secrets, so the query of each URL is
 * dropped. Anything but an Error is dropped whole.
 */
export function bareError(error: unknown): Error | undefined {
  return copy(error, { depth: 5 });
}

// Causes may form a circle.
function copy(error: unknown, { depth }: { readonly depth: number }): Error | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  const cause = copy(error.cause, { depth: depth - 1 });
  const bare = new Error(withoutQueries(error.message), cause === undefined ? {} : { cause });
  const { code } = error as { readonly code?: unknown };
  const hidden = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });
  Object.defineProperty(bare, 'name', hidden(error.name));
  if (typeof error.stack === 'string') Object.defineProperty(bare, 'stack', hidden(withoutQueries(error.stack)));
  return typeof code === 'string' ? Object.assign(bare, { code }) : bare;
}

function withoutQueries(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/\S+/g, (word) => (word.includes('://') ? word.replace(/[?#].*$/s, '?[redacted]') : word));
}
