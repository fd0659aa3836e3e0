import { snapshotCredentials, systemClock, toProvider } from '@ossgrant/credentials-core';
import { defined, isLoopback } from '@ossgrant/credentials-core/internal';
import {
  assertBucket,
  MAX_EXPIRES_SECONDS_V4,
  resolveEndpoint,
  SigningError,
  type Endpoint,
} from '@ossgrant/signer-core';
import { encodePolicy } from '@ossgrant/signer-core/steps';
import { durationSeconds, linkDates, linkLife } from '../link-life.ts';
import { warnOfV1 } from '../presign-error.ts';
import type { PresignerOptions } from '../presigner.ts';
import { buildConditions, type PostPresigner, type PostRequest, signatureFields, signPolicy } from './form.ts';

const DEFAULT_SECONDS = 900;
const RESERVED =
  /^(?:key|file|policy|signature|ossaccesskeyid|x-oss-(?:signature|signature-version|credential|date|security-token))$/i;

/**
 * Makes a presigner of upload forms. A browser posts such a form to OSS itself; its signed policy binds the upload.
 *
 * @throws SigningError or CredentialError for an invalid endpoint or malformed credentials
 */
export function createPostPresigner(options: PresignerOptions): PostPresigner {
  const provider = toProvider(options.credentials);
  const usual = resolveEndpoint(options);
  const clock = options.clock ?? systemClock;
  const { version = 'v4', ifShorter = 'error' } = options;
  const defaultSeconds = durationSeconds(options.expiresIn ?? DEFAULT_SECONDS, 'expiresIn');
  warnOfV1(options);
  return {
    async presignPost(request, call = {}) {
      const bucket = request.bucket ?? options.bucket;
      if (bucket === undefined) throw new TypeError('bucket is missing: set it in the presigner or in the request');
      assertBucket(bucket);
      assertFields(request);
      const endpoint =
        request.endpoint === undefined
          ? usual
          : resolveEndpoint({ ...defined({ region: usual.region }), ...request.endpoint });

      const askedAt = clock.now();
      const wish = Math.max(linkDates(request, askedAt, defaultSeconds).requestedEnd - askedAt, 0);
      const minValidityMs = Math.min(wish, MAX_EXPIRES_SECONDS_V4 * 1000);
      const { signal } = call;
      const credentials = snapshotCredentials(
        await provider.getCredentials(signal === undefined ? { minValidityMs } : { minValidityMs, signal }),
      );
      if (credentials.securityToken !== undefined) assertPrivateTransport(endpoint);
      const now = clock.now();
      const { requestedEnd } = linkDates(request, now, defaultSeconds);
      const credentialEnd = credentials.expiration;
      const life = linkLife({ now, signedAt: now, requestedEnd, credentialEnd, version, ifShorter });

      const signing = signatureFields(version, credentials, endpoint, new Date(now));
      const conditions = buildConditions(request, bucket, signing.inPolicy);
      const policy = encodePolicy({ expiration: life.expiration.toISOString(), conditions });
      return {
        url: formUrl(endpoint, bucket),
        fields: {
          ...defined({ key: typeof request.key === 'string' ? request.key : undefined }),
          ...request.fields,
          ...signing.inPolicy,
          ...signing.besides,
          policy,
          ...signPolicy(policy, credentials, signing.scope),
        },
        expiration: life.expiration,
        requestedExpiration: new Date(requestedEnd),
        limitedBy: life.limitedBy,
      };
    },
  };
}

function assertFields(request: PostRequest): void {
  const reserved = Object.keys(request.fields ?? {}).find((name) => RESERVED.test(name));
  if (reserved !== undefined)
    throw new TypeError(`fields.${reserved} must not be given: the presigner sets this field`);
}

function assertPrivateTransport(endpoint: Endpoint): void {
  const { protocol, hostname } = new URL(endpoint.origin);
  if (protocol === 'https:' || isLoopback(hostname)) return;
  throw new SigningError('INSECURE_TRANSPORT', 'temporary credentials cannot be sent over plain http: use https');
}

function formUrl(endpoint: Endpoint, bucket: string): string {
  if (endpoint.addressing === 'path') return `${endpoint.origin}/${bucket}`;
  if (endpoint.addressing === 'cname') return `${endpoint.origin}/`;
  return `${endpoint.origin.replace('://', `://${bucket}.`)}/`;
}
