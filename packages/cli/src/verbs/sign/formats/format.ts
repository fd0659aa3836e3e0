import type { FailedLink, SignedLink } from '../signed-link.ts';

/** Writes links as text. What it gives is written to stdout in order, as it is. */
export interface LinkFormat {
  /** Before the first link. */
  readonly open?: string;
  link(link: SignedLink): string;
  /** What the format itself says of a failure; stderr says it in any case. */
  failure?(failure: FailedLink): string;
  /** After the last. */
  close?(): string;
}
