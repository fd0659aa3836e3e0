import type { Clock, CredentialInput, Credentials } from '@ossgrant/credentials-core';
import {
  defined,
  fixedProvider,
  latestEndMs,
  snapshotCredentials,
  systemClock,
  toProvider,
} from '@ossgrant/credentials-core/internal';
import { createSigningCache, MAX_EXPIRES_SECONDS_V4, signUrlV1, signUrlV4 } from '@ossgrant/signer-core';
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
import { buildQuery, presignWarnings, warnOfV1 } from './link-request.ts';
import type { PresignedUrl, PresignerOptions, Presigner } from './presigner.ts';

const NONE = Object.freeze({});

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
  const fixed = literalOf(options.credentials);
  const provider = fixed === undefined ? toProvider(options.credentials, { clock }) : fixedProvider(fixed, clock);
  const fixedEnd = fixed === undefined ? 0 : latestEndMs(fixed, clock.now());
  const signer = createLinkSigner(options, clock);
  warnOfV1(options);
  return {
    async presign(request, call = NONE) {
      if (call !== NONE) checkCall(call);
      const link = signer.prepare(request);
      const { signal } = call;
      const { minValidityMs, now } = link;
      // A literal is at hand: waiting for it would cost as much as a tenth of the signature.
      if (fixed !== undefined && signal === undefined && now < fixedEnd) return signer.sign(link, fixed, now);
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

// Credentials that `toProvider` takes for a literal: no provider has newer ones.
function literalOf(input: CredentialInput): Credentials | undefined {
  if (typeof input === 'function' || 'getCredentials' in input || 'fetch' in input) return undefined;
  if (!('accessKeyId' in input || 'accessKeySecret' in input)) return undefined;
  return snapshotCredentials(input);
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
      const { key, method = 'GET', bucket = options.bucket, headers, additionalHeaders } = request;
      if (bucket === undefined) throw new TypeError('bucket is missing: set it in the presigner or in the request');
      const query = buildQuery(request);
      const endpoint = endpointOf(request.endpoint, usual);
      const now = clock.now();
      const requested = requestedLife(request, life);
      const dates = linkDates(requested, now);
      const wish = dates.requestedEnd - now;
      return {
        request,
        requested,
        dates,
        warnings: presignWarnings({ request, query, endpoint }),
        toSign:
          query === undefined && headers === undefined && additionalHeaders === undefined
            ? { method, endpoint, bucket, key }
            : { method, endpoint, bucket, key, ...defined({ query, headers, additionalHeaders }) },
        now,
        minValidityMs: Math.min(Math.max(wish, 0), longestMs),
      };
    },

    // The provider may have taken a while to fetch credentials: the link's life begins now.
    sign({ request, requested, dates, warnings, toSign, now: preparedAt }, credentials, now = clock.now()) {
      const { signedAt, requestedEnd } = now === preparedAt ? dates : linkDates(requested, now);
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
