/**
 * Copies what is safe of an error of somebody else: name, message, stack, and `code` where it is text. HTTP clients attach
 * requests and answers to theirs, which hold signatures and secrets. What is no Error is dropped.
 */
export function bareError(error: unknown): Error | undefined {
  return copy(error, { depth: 5 });
}

// Causes may go round in a circle.
function copy(error: unknown, { depth }: { readonly depth: number }): Error | undefined {
  if (!(error instanceof Error) || depth === 0) return undefined;
  const cause = copy(error.cause, { depth: depth - 1 });
  const bare = new Error(error.message, cause === undefined ? {} : { cause });
  const { code } = error as { readonly code?: unknown };
  const hidden = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });
  Object.defineProperty(bare, 'name', hidden(error.name));
  if (typeof error.stack === 'string') Object.defineProperty(bare, 'stack', hidden(error.stack));
  return typeof code === 'string' ? Object.assign(bare, { code }) : bare;
}
