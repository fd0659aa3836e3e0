import {
  systemClock,
  toProvider,
  type Clock,
  type CredentialInput,
  type Credentials,
} from '@ossgrant/credentials-core';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import {
  createSigningCache,
  resolveEndpoint,
  signHeadersV1,
  signHeadersV4,
  type EndpointOptions,
} from '@ossgrant/signer-core';
import type { Attempt, PreparedRequest, Rejection, RequestSource } from '../request-source.ts';

/** Which object, and who may read it. */
export interface ObjectSourceOptions extends EndpointOptions {
  /** Temporary credentials, usually: a literal, or a source or function that can get new ones. */
  readonly credentials: CredentialInput;
  /** Name of the bucket, without its host. */
  readonly bucket: string;
  /** Object key, not encoded. */
  readonly key: string;
  /** Version of the object. @default the newest */
  readonly versionId?: string;
  /**
   * Signature version. V1 is being retired by the cloud.
   *
   * @default 'v4'
   */
  readonly version?: 'v4' | 'v1';
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

// Long enough to reach the server and be checked there.
const MIN_VALIDITY_MS = 30_000;

const checkOptions = optionsCheck<ObjectSourceOptions>(
  'fromObject',
  {
    credentials: takes.credentials,
    // Without a key the bucket would be listed.
    bucket: takes.filledText,
    key: takes.filledText,
    region: optional(takes.text),
    endpoint: optional(takes.text),
    network: optional(takes.text),
    addressing: optional(takes.text),
    versionId: optional(takes.text),
    version: optional(takes.oneOf('v4', 'v1')),
    clock: optional(takes.clock),
  },
  { object: 'key', name: 'key', credential: 'credentials', signatureVersion: 'version' },
);

/**
 * Downloads an object by signing the headers of each attempt with credentials taken for that attempt.
 *
 * @throws TypeError for missing, mistyped and unknown options; SigningError or CredentialError for an endpoint or credentials that
 *   cannot be right
 */
export function fromObject(options: ObjectSourceOptions): RequestSource {
  checkOptions(options);
  const { bucket, key, versionId, region, network, addressing } = options;
  const endpoint = resolveEndpoint(defined({ region, endpoint: options.endpoint, network, addressing }));
  const clock = options.clock ?? systemClock;
  const provider = toProvider(options.credentials, { clock });
  const cache = createSigningCache();
  const sign = options.version === 'v1' ? signHeadersV1 : signHeadersV4;
  let last: Used | undefined;

  return {
    identity: `oss:${endpoint.origin}/${bucket}/${key}${versionId === undefined ? '' : `?versionId=${versionId}`}`,
    signsHeaders: true,

    async prepare({ headers, clockOffsetMs, signal }: Attempt): Promise<PreparedRequest> {
      const credentials = await provider.getCredentials({ signal, minValidityMs: MIN_VALIDITY_MS });
      last = { credentials, token: tokenOf(credentials, last) };
      const signed = sign(
        {
          method: 'GET',
          endpoint,
          bucket,
          key,
          headers,
          ...defined({ query: versionId === undefined ? undefined : { versionId } }),
        },
        credentials,
        { date: new Date(clock.now() + clockOffsetMs), cache },
      );
      return { ...signed, token: last.token, ...defined({ expiration: credentials.expiration }) };
    },

    ...(provider.invalidate === undefined
      ? {}
      : {
          rejected({ token, cause }: Rejection): void {
            if (last?.token !== token || cause === 'link-expired') return;
            provider.invalidate?.(last.credentials, cause);
          },
        }),
  };
}

interface Used {
  readonly credentials: Credentials;
  readonly token: symbol;
}

// Compared by value: a provider of the caller's own may make a copy for each who asks.
function tokenOf({ accessKeyId, securityToken }: Credentials, last: Used | undefined): symbol {
  const isSame = last?.credentials.accessKeyId === accessKeyId && last.credentials.securityToken === securityToken;
  return isSame ? last.token : Symbol('credentials');
}
