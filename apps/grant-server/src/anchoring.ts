import type { AuditHead, Store } from '@ossgrant/grant-handler';
import type { AnchorSigner } from '@ossgrant/grant-handler/audit';
import type { Presigner } from '@ossgrant/url-presigner';
import type { Logger } from 'pino';
import { anchorTarget, type KeepAnchor } from './anchor-targets.ts';
import type { AuditConfiguration } from './audit-configuration.ts';
import { ConfigurationError } from './configuration.ts';

const EVERY_MS = 60_000;
/** A quiet log shows that it is still watched. */
const LEAST_MS = 3_600_000;

/** Starts what the configuration asks for. @throws ConfigurationError for a key that cannot sign */
export async function anchorLog(
  audit: AuditConfiguration | undefined,
  { uploads, ...rest }: Omit<AnchoringOptions, 'signer' | 'keep'> & { readonly uploads: Presigner },
): Promise<Anchoring | undefined> {
  if (audit === undefined) return undefined;
  const { createAnchorSigner } = await import('@ossgrant/grant-handler/audit');
  try {
    const signer = await createAnchorSigner(audit.key);
    return startAnchoring({ ...rest, signer, keep: anchorTarget(audit.target, uploads) });
  } catch (error) {
    throw new ConfigurationError((error as Error).message);
  }
}

/** What anchoring needs. */
export interface AnchoringOptions {
  readonly store: Pick<Store, 'heads'>;
  readonly signer: AnchorSigner;
  readonly keep: KeepAnchor;
  readonly log: Pick<Logger, 'error'>;
  /** Called when all events up to now are anchored. */
  readonly onAnchored: (at: Date) => void;
  readonly now?: () => number;
}

/** Anchors the audit log. */
export interface Anchoring {
  /** Signs and keeps the heads, unless they are the same as a moment ago. A failure is logged; the next call tries again. */
  anchor(): Promise<void>;
  /** Anchors once more, and ends. */
  close(): Promise<void>;
}

/** Anchors now and each minute. */
export function startAnchoring(options: AnchoringOptions): Anchoring {
  const { store, signer, keep, log, onAnchored, now = Date.now } = options;
  let kept: { readonly text: string; readonly at: number } | undefined;
  let pending = Promise.resolve();

  async function anchorOnce(): Promise<void> {
    const at = now();
    try {
      const heads: readonly AuditHead[] = await store.heads();
      const text = JSON.stringify(heads);
      if (kept === undefined || kept.text !== text || at - kept.at >= LEAST_MS) {
        await keep(await signer.sign(heads, at), new Date(at));
        kept = { text, at };
      }
      onAnchored(new Date(at));
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : 'no message' }, 'the audit log was not anchored');
    }
  }

  // One after another: a later anchor must not come before an earlier one.
  const anchor = (): Promise<void> => (pending = pending.then(anchorOnce));
  const timer = setInterval(() => void anchor(), EVERY_MS).unref();
  void anchor();
  return {
    anchor,
    async close() {
      clearInterval(timer);
      await anchor();
    },
  };
}
