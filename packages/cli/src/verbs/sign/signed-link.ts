import type { PresignedUrl } from '@ossgrant/url-presigner';
import type { ObjectAddress } from '../../object-address.ts';

/** An object and the link to it. */
export interface SignedLink extends ObjectAddress {
  readonly link: PresignedUrl;
}

/** An object that got no link. */
export interface FailedLink extends ObjectAddress {
  readonly error: Error;
}
