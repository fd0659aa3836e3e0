import {
  createSigningCache,
  MAX_EXPIRES_SECONDS_V4,
  resolveEndpoint,
  signUrlV1,
  signUrlV4,
  type Clock,
  type Credentials,
  type Endpoint,
  type OssRequest,
} from '@ossgrant/signer-core';
import { buildQuery } from './build-query.ts';
import type { PresignedUrl, PresignerOptions, PresignRequest } from './contracts.ts';
import { durationSeconds } from './duration.ts';
import { linkDates } from './link-dates.ts';
import { linkLife } from './link-life.ts';

/** A request whose options are checked. */
export interface PreparedLink {
  readonly request: PresignRequest;
  readonly toSign: OssRequest;
  /** When it was checked, in milliseconds. */
  readonly now: number;
  /** How long the credentials should live on for it. */
  readonly minValidityMs: number;
}

/** The two halves of signing a link, before and after credentials are there. Both are synchronous. */
export interface LinkSigner {
  /** @throws TypeError, RangeError or PresignError for options that are wrong in themselves */
  prepare(request: PresignRequest): PreparedLink;
  /** @throws PresignError, SigningError or CredentialError */
  sign(link: PreparedLink, credentials: Credentials): PresignedUrl;
}

const DEFAULT_SECONDS = 900;
const NONE = Object.freeze({});

/** @throws SigningError or RangeError for an endpoint or a default life that cannot be right */
export function createLinkSigner(options: PresignerOptions, clock: Clock): LinkSigner {
  const usual = resolveEndpoint(options);
  const cache = createSigningCache();
  const { version = 'v4', ifShorter = 'error' } = options;
  const defaultSeconds = durationSeconds(options.expiresIn ?? DEFAULT_SECONDS);
  const longestMs = version === 'v4' ? MAX_EXPIRES_SECONDS_V4 * 1000 : Infinity;
  const signUrl = version === 'v4' ? signUrlV4 : signUrlV1;

  return {
    prepare(request) {
      const bucket = request.bucket ?? options.bucket;
      if (bucket === undefined) throw new TypeError('bucket is missing: give it to the presigner or to the request');
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
      // Fetching credentials may have taken a while: the link's life begins now.
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

// The region belongs to the bucket, so another host for one link keeps it. A cloud box is signed by its own id, which is
// the region of no other host.
function endpointOf(wanted: NonNullable<PresignRequest['endpoint']>, usual: Endpoint): Endpoint {
  const keeps = usual.region !== undefined && usual.product === 'oss';
  return resolveEndpoint({ ...(keeps ? { region: usual.region } : {}), ...wanted });
}
