import { type Clock, systemClock, toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { createSigningCache, MAX_EXPIRES_SECONDS_V4, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
import { buildQuery } from './build-query.ts';
import { linkDates, linkLife, requestedLife, usualLife } from './link-life.ts';
import { type LinkSigner, holdCredentials, presignEach } from './presign-many.ts';
import {
  checkCall,
  checkPresigner,
  checkRequest,
  checkRequests,
  endpointOf,
  usualEndpoint,
} from './presign-options.ts';
import { presignWarnings, warnOfV1 } from './presign-warnings.ts';
import type { PresignedUrl, PresignerOptions, Presigner } from './presigner.ts';

const NONE = Object.freeze({});
const NO_NAMES: readonly string[] = Object.freeze([]);

/**
 * Makes a presigner. Make one for each owner, and keep it: it caches credentials and signing keys.
 *
 * @example
 * const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials: fromEnvironment() });
 * const { url, expiration } = await presigner.presign({ key: 'report.pdf', expiresIn: '15m' });
 *
 * @throws TypeError for options that are missing, unknown or of the wrong type
 * @throws SigningError or CredentialError for an invalid endpoint or malformed credentials
 */
export function createPresigner(options: PresignerOptions): Presigner {
  checkPresigner(options);
  const clock = options.clock ?? systemClock;
  const provider = toProvider(options.credentials, { clock });
  const signer = createLinkSigner(options, clock);
  warnOfV1(options);
  return {
    async presign(request, call = NONE) {
      if (call !== NONE) checkCall(call);
      const link = signer.prepare(request);
      const { signal } = call;
      const { minValidityMs } = link;
      const credentials = await provider.getCredentials(
        signal === undefined ? { minValidityMs } : { minValidityMs, signal },
      );
      return signer.sign(link, credentials);
    },
    presignMany(requests, call = NONE) {
      checkCall(call);
      checkRequests(requests);
      const { signal } = call;
      return presignEach(requests, { signer, take: holdCredentials(provider, clock, signal), signal });
    },
  };
}

function createLinkSigner(options: PresignerOptions, clock: Clock): LinkSigner {
  const usual = usualEndpoint(options);
  const cache = createSigningCache();
  const { version = 'v4', ifShorter = 'error' } = options;
  const life = usualLife(options.expiresIn);
  const longestMs = version === 'v4' ? MAX_EXPIRES_SECONDS_V4 * 1000 : Infinity;
  const signUrl = version === 'v4' ? signUrlV4 : signUrlV1;
  // Hundreds of links are signed in one millisecond.
  let date = new Date(0);

  return {
    prepare(request) {
      checkRequest(request);
      const { key, method = 'GET', bucket = options.bucket, headers = NONE, additionalHeaders = NO_NAMES } = request;
      if (bucket === undefined) throw new TypeError('bucket is missing: set it in the presigner or in the request');
      const query = buildQuery(request);
      const endpoint = endpointOf(request.endpoint, usual);
      const now = clock.now();
      const requested = requestedLife(request, life);
      const wish = linkDates(requested, now).requestedEnd - now;
      return {
        request,
        requested,
        warnings: presignWarnings({ request, query, endpoint }),
        toSign: { method, endpoint, bucket, key, query, headers, additionalHeaders },
        now,
        minValidityMs: Math.min(Math.max(wish, 0), longestMs),
      };
    },

    sign({ request, requested, warnings, toSign }, credentials) {
      // The provider may have taken a while to fetch credentials: the link's life begins now.
      const now = clock.now();
      const { signedAt, requestedEnd } = linkDates(requested, now);
      const { seconds, expiration, limitedBy } = linkLife({
        now,
        signedAt,
        requestedEnd,
        credentials,
        version,
        ifShorter,
      });
      if (date.getTime() !== signedAt) date = new Date(signedAt);
      const signOptions = { date, expiresInSeconds: seconds, cache };
      const { origin, path, method, headers } = signUrl(toSign, credentials, signOptions);
      const link: PresignedUrl = {
        url: origin + path,
        method,
        signedHeaders: headers,
        expiration,
        requestedExpiration: new Date(requestedEnd),
        limitedBy,
      };
      if (request.headTwin !== true && warnings.length === 0) return link;
      const head =
        request.headTwin === true ? signUrl({ ...toSign, method: 'HEAD' }, credentials, signOptions) : undefined;
      return {
        ...link,
        ...defined({
          headUrl: head === undefined ? undefined : head.origin + head.path,
          warnings: warnings.length === 0 ? undefined : warnings,
        }),
      };
    },
  };
}
