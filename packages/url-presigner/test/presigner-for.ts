import type { LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '../src/create-presigner.ts';
import type { Presigner, PresignerOptions } from '../src/presigner.ts';

/** A presigner of the server's owner, by the server's clock. */
export function presignerFor(oss: LocalOss, options: Partial<PresignerOptions> = {}): Presigner {
  return createPresigner({
    endpoint: oss.endpoint,
    region: oss.region,
    bucket: 'my-bucket',
    credentials: oss.owner,
    clock: { now: () => oss.clock.now().getTime(), monotonic: () => performance.now() },
    ...options,
  });
}
