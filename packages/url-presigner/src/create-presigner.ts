import {
  createSigningCache,
  MAX_EXPIRES_SECONDS_V4,
  resolveEndpoint,
  signUrlV1,
  signUrlV4,
  systemClock,
  toProvider,
  type Endpoint,
} from '@ossgrant/signer-core';
import { buildQuery } from './build-query.ts';
import type { PresignCallOptions, PresignedUrl, Presigner, PresignerOptions, PresignRequest } from './contracts.ts';
import { durationSeconds } from './duration.ts';
import { linkDates } from './link-dates.ts';
import { linkLife } from './link-life.ts';
import { presignEach } from './presign-each.ts';

const DEFAULT_SECONDS = 900;
const NONE = Object.freeze({});

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
  const endpoint = resolveEndpoint(options);
  const cache = createSigningCache();
  const { version = 'v4', ifShorter = 'error' } = options;
  const defaultSeconds = durationSeconds(options.expiresIn ?? DEFAULT_SECONDS);
  const sign = version === 'v4' ? signUrlV4 : signUrlV1;
  if (version === 'v1') {
    options.onWarning?.({
      code: 'V1_IS_RETIRING',
      message: 'V1 signatures are being retired: new buckets refuse them (EC 0002-00000080). Use V4',
    });
  }

  async function presign(request: PresignRequest, call: PresignCallOptions = {}): Promise<PresignedUrl> {
    const bucket = request.bucket ?? options.bucket;
    if (bucket === undefined) throw new TypeError('bucket is missing: give it to the presigner or to the request');
    const query = buildQuery(request);
    const target = request.endpoint === undefined ? endpoint : endpointOf(request.endpoint, endpoint);

    const askedAt = clock.now();
    const wish = Math.max(linkDates(request, askedAt, defaultSeconds).requestedEnd - askedAt, 0);
    const minValidityMs = version === 'v4' ? Math.min(wish, MAX_EXPIRES_SECONDS_V4 * 1000) : wish;
    const { signal } = call;
    const credentials = await provider.getCredentials(
      signal === undefined ? { minValidityMs } : { minValidityMs, signal },
    );
    // Fetching may have taken a while: the link's life begins when it is signed.
    const now = clock.now();
    const { signedAt, requestedEnd } = linkDates(request, now, defaultSeconds);
    const life = linkLife({ now, signedAt, requestedEnd, credentialEnd: credentials.expiration, version, ifShorter });
    const { method = 'GET', key, headers = NONE, additionalHeaders = [] } = request;
    const toSign = { method, endpoint: target, bucket, key, query, headers, additionalHeaders };
    const signOptions = { date: new Date(signedAt), expiresInSeconds: life.seconds, cache };
    const signed = sign(toSign, credentials, signOptions);
    const head = request.headTwin === true ? sign({ ...toSign, method: 'HEAD' }, credentials, signOptions) : undefined;
    const link: PresignedUrl = {
      url: signed.origin + signed.path,
      method: signed.method,
      signedHeaders: signed.headers,
      expiration: life.expiration,
      requestedExpiration: new Date(requestedEnd),
      limitedBy: life.limitedBy,
    };
    return head === undefined ? link : { ...link, headUrl: head.origin + head.path };
  }

  return { presign, presignMany: (requests, call = {}) => presignEach(requests, presign, call) };
}

// The region belongs to the bucket, so another host for one link keeps it. A cloud box is signed by its own id, which is
// the region of no other host.
function endpointOf(wanted: NonNullable<PresignRequest['endpoint']>, usual: Endpoint): Endpoint {
  const keeps = usual.region !== undefined && usual.product === 'oss';
  return resolveEndpoint({ ...(keeps ? { region: usual.region } : {}), ...wanted });
}
