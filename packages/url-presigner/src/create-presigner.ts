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
import { linkLife } from './link-life.ts';
import { presignEach } from './presign-each.ts';

const DEFAULT_SECONDS = 900;

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
  const version = options.version ?? 'v4';
  const defaultSeconds = durationSeconds(options.expiresIn ?? DEFAULT_SECONDS);
  const sign = version === 'v4' ? signUrlV4 : signUrlV1;

  async function presign(request: PresignRequest, call: PresignCallOptions = {}): Promise<PresignedUrl> {
    const bucket = request.bucket ?? options.bucket;
    if (bucket === undefined) throw new TypeError('bucket is missing: give it to the presigner or to the request');
    const query = buildQuery(request);
    const target = request.endpoint === undefined ? endpoint : endpointOf(request.endpoint, endpoint);

    const askedAt = clock.now();
    const wish = Math.max(requestedEnd(request, askedAt, defaultSeconds) - askedAt, 0);
    const credentials = await provider.getCredentials({
      ...(call.signal === undefined ? {} : { signal: call.signal }),
      minValidityMs: version === 'v4' ? Math.min(wish, MAX_EXPIRES_SECONDS_V4 * 1000) : wish,
    });
    // Fetching may have taken a while: the link's life begins when it is signed.
    const now = clock.now();
    const requested = requestedEnd(request, now, defaultSeconds);
    const life = linkLife({
      now,
      requestedEnd: requested,
      credentialEnd: credentials.expiration,
      version,
      ifShorter: options.ifShorter ?? 'error',
    });
    const signed = sign(
      {
        method: request.method ?? 'GET',
        endpoint: target,
        bucket,
        key: request.key,
        query,
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.additionalHeaders === undefined ? {} : { additionalHeaders: request.additionalHeaders }),
      },
      credentials,
      { date: new Date(now), expiresInSeconds: life.seconds, cache },
    );
    return {
      url: signed.origin + signed.path,
      method: signed.method,
      signedHeaders: signed.headers,
      expiration: life.expiration,
      requestedExpiration: new Date(requested),
      limitedBy: life.limitedBy,
    };
  }

  return { presign, presignMany: (requests, call = {}) => presignEach(requests, presign, call) };
}

function requestedEnd(request: PresignRequest, now: number, defaultSeconds: number): number {
  if (request.expiresAt === undefined) {
    const seconds = request.expiresIn === undefined ? defaultSeconds : durationSeconds(request.expiresIn);
    return now + seconds * 1000;
  }
  if (request.expiresIn !== undefined) throw new TypeError('give either expiresIn or expiresAt');
  const end = request.expiresAt.getTime();
  if (Number.isNaN(end)) throw new RangeError('expiresAt is not a valid Date');
  return end;
}

// The region belongs to the bucket, so another host for one link keeps it.
function endpointOf(wanted: NonNullable<PresignRequest['endpoint']>, usual: Endpoint): Endpoint {
  return resolveEndpoint({ ...(usual.region === undefined ? {} : { region: usual.region }), ...wanted });
}
