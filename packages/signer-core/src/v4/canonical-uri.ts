import { encodePath } from '../request/encode.ts';

/**
 * V4 canonical URI: `/bucket/key`, encoded once, slashes kept, nothing normalised. The bucket is there whatever the
 * addressing; a bucket alone ends in `/`; a service request is `/`.
 */
export function canonicalUriV4(bucket: string | undefined, key: string | undefined): string {
  if (bucket === undefined) return encodePath(`/${key ?? ''}`);
  return encodePath(`/${bucket}/${key ?? ''}`);
}
