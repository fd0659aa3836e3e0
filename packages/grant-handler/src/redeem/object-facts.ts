import { defined } from '@ossgrant/credentials-core/internal';
import type { Context } from '../context.ts';
import { DOWNLOAD_SECONDS, signObject } from '../shares/object-of.ts';
import type { Share } from '../records.ts';

/** What the storage says of an object. */
export interface ObjectFacts {
  /** In bytes. */
  readonly size?: number;
  readonly contentType?: string;
  /** CRC-64 of the whole object, in decimal digits. */
  readonly crc64?: string;
}

const KEEP_MS = 30_000;
const MAX_KEPT = 1000;
const TIMEOUT_MS = 5000;

/** Makes a function that asks the storage for an object by HEAD, and remembers the response for half a minute. */
export function createObjectFacts(context: Context): (share: Share, key: string) => Promise<ObjectFacts> {
  let kept = new Map<string, { readonly at: number; readonly facts: Promise<ObjectFacts> }>();
  return (share, key) => {
    const now = context.clock.now();
    const name = `${share.id} ${key}`;
    const known = kept.get(name);
    if (known !== undefined && now - known.at < KEEP_MS) return known.facts;
    if (kept.size >= MAX_KEPT) kept = new Map();
    const facts = askStorage(context, share, key);
    kept.set(name, { at: now, facts });
    return facts;
  };
}

// Where the storage gives nothing the page shows less: the facts are for reading.
async function askStorage(context: Context, { bucket, facts }: Share, key: string): Promise<ObjectFacts> {
  // Of other bytes than those that will be sent.
  if (facts.process !== undefined) return {};
  try {
    const options = { bucket, facts, key, method: 'HEAD', expiresIn: DOWNLOAD_SECONDS, preview: false } as const;
    const { url } = await signObject(context, options);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { status, headers } = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
    if (status !== 200) return {};
    const size = headers.get('content-length');
    return defined({
      size: size === null ? undefined : Number(size),
      contentType: headers.get('content-type') ?? undefined,
      crc64: headers.get('x-oss-hash-crc64ecma') ?? undefined,
    });
  } catch {
    return {};
  }
}
