import type { Credentials } from '@ossgrant/credentials-core';
import type { SessionPolicy } from '@ossgrant/credentials-sts';
import type { EndpointOptions } from '@ossgrant/signer-core';
import type { ObjectAddress } from '../../input/object-address.ts';
import { safeJson } from '../../output/format.ts';
import { formatEnvironment } from '../../output/quote.ts';

/** What was granted. */
export interface Grant {
  readonly credentials: Credentials;
  readonly address: ObjectAddress;
  readonly endpoint: EndpointOptions;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly policy: SessionPolicy;
  /** The policy in words. */
  readonly allows: string;
}

/** The formats, by the names of `--format`. */
export const GRANT_FORMATS = ['env', 'json', 'dotenv', 'powershell', 'ali-oss', 'credentials-uri'] as const;

/** One of `GRANT_FORMATS`. */
export type GrantFormat = (typeof GRANT_FORMATS)[number];

/** Writes a grant for its reader, ending with a new line. */
export function formatGrant(grant: Grant, format: GrantFormat): string {
  switch (format) {
    case 'env':
      return formatEnvironment(variablesOf(grant), 'sh');
    case 'dotenv':
    case 'powershell':
      return formatEnvironment(variablesOf(grant), format);
    case 'ali-oss':
      return json(aliOssOptions(grant));
    case 'credentials-uri':
      return json(credentialsUriAnswer(grant.credentials));
    case 'json':
      return json(facts(grant));
    default:
      throw new TypeError('there is no such format');
  }
}

function json(value: unknown): string {
  return `${safeJson(value, 2)}\n`;
}

// Both families of names: the OSS SDKs read the first, all others the second.
function variablesOf({ credentials, endpoint }: Grant): Readonly<Record<string, string>> {
  const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
  return {
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_SESSION_TOKEN: securityToken,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    ...(endpoint.region === undefined ? {} : { OSS_REGION: endpoint.region }),
    ...(endpoint.endpoint === undefined ? {} : { OSS_ENDPOINT: endpoint.endpoint }),
  };
}

function aliOssOptions({ credentials, endpoint, address }: Grant): object {
  return {
    ...(endpoint.region === undefined ? {} : { region: `oss-${endpoint.region}` }),
    ...(endpoint.endpoint === undefined ? {} : { endpoint: endpoint.endpoint }),
    bucket: address.bucket,
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    stsToken: credentials.securityToken,
    authorizationV4: true,
  };
}

function credentialsUriAnswer(credentials: Credentials): object {
  return {
    Code: 'Success',
    AccessKeyId: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    SecurityToken: credentials.securityToken,
    Expiration: credentials.expiration?.toISOString().replace('.000Z', 'Z'),
  };
}

function facts({ credentials, address, roleArn, sessionName, policy, allows }: Grant): object {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials;
  return {
    accessKeyId,
    accessKeySecret,
    securityToken,
    expiresAt: expiration?.toISOString(),
    bucket: address.bucket,
    ...(address.key.endsWith('/') ? { prefix: address.key } : { key: address.key }),
    roleArn,
    sessionName,
    allows,
    policy,
  };
}
