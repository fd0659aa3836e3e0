import type { PresignedUrl } from '@ossgrant/url-presigner';
import type { ObjectAddress } from '../../../input/object-address.ts';

/** An object and the link to it. */
export interface SignedLink extends ObjectAddress {
  readonly link: PresignedUrl;
}

/** An object that got no link. */
export interface FailedLink extends ObjectAddress {
  readonly error: Error;
}

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
