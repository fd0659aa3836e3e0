import {
  defined,
  isLoopback,
  optionsCheck,
  snapshotCredentials,
  systemClock,
  toProvider,
} from '@ossgrant/credentials-core/internal';
import { assertBucket, MAX_EXPIRES_SECONDS_V4, SigningError, type Endpoint } from '@ossgrant/signer-core';
import { encodePolicy } from '@ossgrant/signer-core/steps';
import { linkDates, linkLife, requestedLife, usualLife } from '../link-life.ts';
import { CALL, endpointOf, PRESIGNER, usualEndpoint } from '../presign-options.ts';
import { warnOfV1 } from '../link-request.ts';
import type { PresignerOptions } from '../presigner.ts';
import { buildConditions, formFields, signatureFields, signPolicy } from './form-policy.ts';
import { checkForm, type PostPresigner } from './form.ts';

const checkPostPresigner = optionsCheck('createPostPresigner', PRESIGNER);
const checkCall = optionsCheck('presignPost', CALL);

/**
 * Makes a presigner of upload forms. A browser posts such a form to OSS itself; its signed policy binds the upload.
 *
 * @throws TypeError for options that are missing, unknown or of the wrong type
 * @throws SigningError or CredentialError for an invalid endpoint or malformed credentials
 */
export function createPostPresigner(options: PresignerOptions): PostPresigner {
  checkPostPresigner(options);
  const clock = options.clock ?? systemClock;
  const provider = toProvider(options.credentials, { clock });
  const usual = usualEndpoint(options);
  const { version = 'v4', ifShorter = 'error' } = options;
  const usually = usualLife(options.expiresIn);
  warnOfV1(options);
  return {
    async presignPost(request, call = {}) {
      checkCall(call);
      checkForm(request);
      const bucket = request.bucket ?? options.bucket;
      if (bucket === undefined) throw new TypeError('bucket is missing: set it in the presigner or in the request');
      assertBucket(bucket);
      const endpoint = endpointOf(request.endpoint, usual);
      const fields = formFields(request);

      const askedAt = clock.now();
      const requested = requestedLife(request, usually);
      const wish = Math.max(linkDates(requested, askedAt).requestedEnd - askedAt, 0);
      const minValidityMs = Math.min(wish, MAX_EXPIRES_SECONDS_V4 * 1000);
      const { signal } = call;
      const credentials = snapshotCredentials(
        await provider.getCredentials(signal === undefined ? { minValidityMs } : { minValidityMs, signal }),
      );
      if (credentials.securityToken !== undefined) assertPrivateTransport(endpoint);
      const now = clock.now();
      const { signedAt, requestedEnd } = linkDates(requested, now);
      const life = linkLife({ now, signedAt, requestedEnd, credentials, version, ifShorter });

      const signing = signatureFields(version, credentials, endpoint, new Date(now));
      const conditions = buildConditions(request, bucket, { ...fields, ...signing.inPolicy });
      const policy = encodePolicy({ expiration: life.expiration.toISOString(), conditions });
      return {
        url: formUrl(endpoint, bucket),
        fields: {
          ...defined({ key: typeof request.key === 'string' ? request.key : undefined }),
          ...fields,
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
