import type { PresignedUrl, PresignWarning } from '@ossgrant/url-presigner';
import type { HeadFacts } from '../../../connection/head-object.ts';
import type { ObjectAddress } from '../../../input/object-address.ts';

/** An object and the link to it. */
export interface SignedLink extends ObjectAddress {
  readonly link: PresignedUrl;
  /** For a manifest. */
  readonly facts?: HeadFacts;
}

/** An object that could not be signed. */
export interface FailedLink extends ObjectAddress {
  readonly error: Error;
}

/** Formats links as text, which goes to stdout in order and unchanged. */
export interface LinkFormat {
  /** Before the first link. */
  readonly open?: string;
  link(link: SignedLink): string;
  /** The failure in this format, for formats that include failures; stderr always reports them. */
  failure?(failure: FailedLink): string;
  /** After the last. Formats without a place for warnings leave them out; stderr always reports them. */
  close?(warnings: readonly PresignWarning[]): string;
}
