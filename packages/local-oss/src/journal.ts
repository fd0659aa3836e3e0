/** One answered request: for asserts and for people; no token and no signature in it. */
export interface JournalEntry {
  /** By the server's own clock. */
  readonly time: Date;
  readonly method: string;
  readonly host: string;
  /** Path as it came; the query has its signature and token masked. */
  readonly target: string;
  readonly status: number;
  /** The refusal's Code and EC. */
  readonly code?: string;
  readonly ec?: string;
  readonly requestId: string;
  /** Such as `oss:GetObject`; absent when the request did not get that far. */
  readonly action?: string;
  /** `v4-url` and its like; absent when authentication failed. */
  readonly scheme?: string;
}

/** What the server answered, oldest first. */
export interface Journal {
  entries(): readonly JournalEntry[];
  clear(): void;
}

// Old entries go: a server that runs for weeks must not grow.
const MAX_ENTRIES = 10_000;

/** A journal and the way to write it. */
export interface JournalWriter extends Journal {
  add(entry: JournalEntry): void;
}

export function createJournal(): JournalWriter {
  let entries: JournalEntry[] = [];
  return {
    entries: () => [...entries],
    clear(): void {
      entries = [];
    },
    add(entry): void {
      entries.push(entry);
      if (entries.length > MAX_ENTRIES) entries = entries.slice(MAX_ENTRIES / 2);
    },
  };
}

/** Masks what must not be kept of a request target. */
export function maskTarget(target: string): string {
  return target.replace(
    /([?&](?:Signature|x-oss-signature|security-token|x-oss-security-token|SecurityToken)=)[^&]*/gi,
    '$1[redacted]',
  );
}
