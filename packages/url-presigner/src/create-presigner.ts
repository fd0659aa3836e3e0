import { type Clock, systemClock, toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import {
  createSigningCache,
  MAX_EXPIRES_SECONDS_V4,
  resolveEndpoint,
  signUrlV1,
  signUrlV4,
  type Endpoint,
} from '@ossgrant/signer-core';
import { buildQuery } from './build-query.ts';
import { durationSeconds, linkDates, linkLife } from './link-life.ts';
import { warnOfV1 } from './presign-error.ts';
import { type LinkSigner, holdCredentials, presignEach } from './presign-many.ts';
import type { PresignedUrl, PresignerOptions, PresignRequest, Presigner } from './presigner.ts';

const DEFAULT_SECONDS = 900;
const NONE = Object.freeze({});

/** @throws SigningError or RangeError for an invalid endpoint or default life */
export function createLinkSigner(options: PresignerOptions, clock: Clock): LinkSigner {
  const usual = resolveEndpoint(options);
  const cache = createSigningCache();
  const { version = 'v4', ifShorter = 'error' } = options;
  const defaultSeconds = durationSeconds(options.expiresIn ?? DEFAULT_SECONDS, 'expiresIn');
  const longestMs = version === 'v4' ? MAX_EXPIRES_SECONDS_V4 * 1000 : Infinity;
  const signUrl = version === 'v4' ? signUrlV4 : signUrlV1;

  return {
    prepare(request) {
      const bucket = request.bucket ?? options.bucket;
      if (bucket === undefined) throw new TypeError('bucket is missing: set it in the presigner or in the request');
      const query = buildQuery(request);
      const endpoint = request.endpoint === undefined ? usual : endpointOf(request.endpoint, usual);
      const { method = 'GET', key, headers = NONE, additionalHeaders = [] } = request;
      const now = clock.now();
      const wish = linkDates(request, now, defaultSeconds).requestedEnd - now;
      return {
        request,
        toSign: { method, endpoint, bucket, key, query, headers, additionalHeaders },
        now,
        minValidityMs: Math.min(Math.max(wish, 0), longestMs),
      };
    },

    sign({ request, toSign }, credentials) {
      // The provider may have taken a while to fetch credentials: the link's life begins now.
      const now = clock.now();
      const { signedAt, requestedEnd } = linkDates(request, now, defaultSeconds);
      const life = linkLife({ now, signedAt, requestedEnd, credentialEnd: credentials.expiration, version, ifShorter });
      const signOptions = { date: new Date(signedAt), expiresInSeconds: life.seconds, cache };
      const { origin, path, method, headers } = signUrl(toSign, credentials, signOptions);
      const link: PresignedUrl = {
        url: origin + path,
        method,
        signedHeaders: headers,
        expiration: life.expiration,
        requestedExpiration: new Date(requestedEnd),
        limitedBy: life.limitedBy,
      };
      if (request.headTwin !== true) return link;
      const head = signUrl({ ...toSign, method: 'HEAD' }, credentials, signOptions);
      return { ...link, headUrl: head.origin + head.path };
    },
  };
}

// The region belongs to the bucket, so a link to another host keeps it. A cloud box signs with its own id, which is not
// the region of any other host.
function endpointOf(wanted: NonNullable<PresignRequest['endpoint']>, usual: Endpoint): Endpoint {
  return resolveEndpoint({ ...defined({ region: usual.product === 'oss' ? usual.region : undefined }), ...wanted });
}

/**
 * Makes a presigner. Make one for each owner, and keep it: it caches credentials and signing keys.
 *
 * @example
 * const presigner = createPresigner({ region: 'cn-hangzhou', bucket: 'my-bucket', credentials: fromEnvironment() });
 * const { url, expiration } = await presigner.presign({ key: 'report.pdf', expiresIn: '15m' });
 *
 * @throws SigningError or CredentialError for an invalid endpoint or malformed credentials
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
