import { systemClock, toProvider } from '@ossgrant/signer-core';
import type { Presigner, PresignerOptions } from './contracts.ts';
import { holdCredentials } from './hold-credentials.ts';
import { createLinkSigner } from './link-signer.ts';
import { presignEach } from './presign-each.ts';
import { warnOfV1 } from './warn-of-v1.ts';

/**
 * Makes a presigner: one for each owner, kept for as long as it is needed.
 *
 * @example
 * const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials: fromEnvironment() });
 * const { url, expiration } = await presigner.presign({ key: 'report.pdf', expiresIn: '15m' });
 *
 * @throws SigningError or CredentialError for an endpoint or credentials that cannot be right
 */
export function createPresigner(options: PresignerOptions): Presigner {
  const clock = options.clock ?? systemClock;
  const provider = toProvider(options.credentials, { clock });
  const signer = createLinkSigner(options, clock);
  warnOfV1(options);
  return {
    async presign(request, { signal } = {}) {
      const link = signer.prepare(request);
      const { minValidityMs } = link;
      const credentials = await provider.getCredentials(
        signal === undefined ? { minValidityMs } : { minValidityMs, signal },
      );
      return signer.sign(link, credentials);
    },
    presignMany: (requests, { signal } = {}) =>
      presignEach(requests, { signer, take: holdCredentials(provider, clock, signal), signal }),
  };
}
