import type { Share } from '../api/types.ts';
import { nameOf } from '../link/target.ts';
import type { Language } from '../texts/language.tsx';

/** What a share is called in lists: its label, or what it gives. */
export function titleOf(share: Share, language: Language): string {
  return share.label ?? contentOf(share, language);
}

/** What a share gives. */
export function contentOf({ keys, prefix, bucket }: Share, { t }: Language): string {
  if (prefix !== undefined) return prefix;
  const [only, ...others] = keys;
  if (only === undefined) return bucket;
  return others.length === 0 ? nameOf(only) : t('shares.several', { count: keys.length });
}
