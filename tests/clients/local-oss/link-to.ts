import type { LocalOss } from '@ossgrant/local-oss';
import { createPresigner, type PresignRequest } from '@ossgrant/url-presigner';

/** The owner's link to an object in `client-bucket`, by the address of the server. */
export async function linkTo(
  oss: Pick<LocalOss, 'endpoint' | 'region' | 'owner'>,
  version: 'v1' | 'v4',
  request: PresignRequest,
): Promise<string> {
  const { endpoint, region, owner: credentials } = oss;
  const presigner = createPresigner({ endpoint, region, bucket: 'client-bucket', credentials, version });
  return (await presigner.presign(request)).url;
}
