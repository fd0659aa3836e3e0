import { printable } from '../http/raw-request.ts';

/** One request and its response. It holds no token and no signature. */
export interface JournalEntry {
  /** By the server's own clock. */
  readonly time: Date;
  /** As the client sent it. */
  readonly method: string;
  /** The `Host` header as it came. */
  readonly host: string;
  /** Path as it came; the query has its signature and token masked. */
  readonly target: string;
  /** 499, with code `ClientGone`, when the client disconnected before it had sent everything: it got no response. */
  readonly status: number;
  /** Code of the refusal, such as `AccessDenied`. Absent when the request was served. */
  readonly code?: string;
  /** Fine error code of the refusal. Absent when the request was served. */
  readonly ec?: string;
  /** Sent to the client as `x-oss-request-id`. */
  readonly requestId: string;
  /** Absent for STS and for requests without one. */
  readonly bucket?: string;
  /** Object key, decoded. Absent for requests without one. */
  readonly key?: string;
  /** Such as `oss:GetObject`; absent when the request did not get that far. */
  readonly action?: string;
  /** `v4-url` and its like; absent when authentication failed. */
  readonly scheme?: string;
  /** How access was decided, one line for each step; at most the last 32. */
  readonly decision?: readonly string[];
}

/** Requests and their responses, oldest first. Beyond 10,000 the oldest are dropped. */
export interface Journal {
  /** A copy: it does not change while requests arrive. */
  entries(): readonly JournalEntry[];
  /** Forgets all entries, such as between two tests. */
  clear(): void;
}

const MAX_ENTRIES = 10_000;
// A target and a key may be 64 KiB long, and 10,000 of them must still fit.
const MAX_TEXT = 2048;
// Deleting a thousand objects asks a thousand times.
const MAX_DECISION = 32;

/** A journal that can be written. */
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
      const { decision } = entry;
      entries.push(decision === undefined ? entry : { ...entry, decision: decision.slice(-MAX_DECISION) });
      if (entries.length > MAX_ENTRIES) entries = entries.slice(MAX_ENTRIES / 2);
    },
  };
}

/** Takes a finished entry. */
export type Report = (entry: JournalEntry) => void;

/** Calls `onRequest`, and reports on stderr what it throws. */
export function createReport(onRequest: Report | undefined): Report {
  return (entry) => {
    try {
      onRequest?.(entry);
    } catch (error) {
      console.error('local-oss: onRequest threw', error);
    }
  };
}

/** Masks the secrets in a request target, whatever the spelling of their names, and truncates it. */
export function maskTarget(target: string): string {
  const mark = target.indexOf('?');
  if (mark === -1) return target.slice(0, MAX_TEXT);
  const query = target.slice(mark + 1).split('&');
  return `${target.slice(0, mark)}?${query.map(maskPair).join('&')}`.slice(0, MAX_TEXT);
}

function maskPair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals === -1) return pair;
  // A name may be percent-encoded: encoded names are masked too.
  const name = pair.slice(0, equals);
  return /signature$|token|policy|%/i.test(name) ? `${name}=[redacted]` : pair;
}

/** One entry as text: the request, its response and, for refusals, the reason. */
export function formatEntry(entry: JournalEntry): string {
  const refusal = entry.code === undefined ? '' : ` ${entry.code}${entry.ec === undefined ? '' : ` ${entry.ec}`}`;
  const head = `${entry.status} ${entry.method} ${entry.target}${refusal}`;
  const why = entry.code === undefined ? [] : (entry.decision ?? []);
  // Keys are decoded in a decision: one with a line end or ESC must not write to the terminal.
  return [printable(head), ...why.map((line) => `    ${printable(line)}`)].join('\n');
}

/** A journal entry in the making: facts that become known while a request is served. */
export type JournalDraft = {
  -readonly [K in 'code' | 'ec' | 'action' | 'scheme' | 'bucket' | 'key' | 'decision']?: NonNullable<JournalEntry[K]>;
};
