import type { Subject } from '../grant-handler.ts';
import type { KeyScope } from '../records.ts';

/** A subject that brings where it may share: what API keys and tokens of a sign-in make. */
export interface ScopedSubject extends Subject {
  /** Of several scopes that fit, the longest life counts. */
  readonly scopes: readonly KeyScope[];
}

/** Where a subject may share; nowhere unless it is a `ScopedSubject`. It is the `scopes` of a handler. */
export function scopesOf(subject: Subject): readonly KeyScope[] {
  return (subject as Partial<ScopedSubject>).scopes ?? [];
}

/** The longest life in seconds that a subject's scopes allow, and 0 outside them. It is the `authorize` of a handler. */
export function authorizeByScopes(subject: Subject, bucket: string, keyOrPrefix: string): number {
  const lives = scopesOf(subject)
    .filter((scope) => scope.bucket === bucket && keyOrPrefix.startsWith(scope.prefix))
    .map((scope) => scope.longestSeconds);
  return Math.max(0, ...lives);
}
