import type { Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { SessionPolicy } from '@ossgrant/credentials-sts';
import type { EndpointOptions } from '@ossgrant/signer-core';
import type { ObjectAddress } from '../../input/object-address.ts';
import { safeJson } from '../../output/format.ts';
import { formatEnvironment } from '../../output/quote.ts';

/** The credentials that were granted, and what they allow. */
export interface GrantOutput {
  readonly credentials: Credentials;
  readonly address: ObjectAddress;
  readonly endpoint: EndpointOptions;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly policy: SessionPolicy;
  /** The policy in words. */
  readonly allows: string;
}

/** The values of `--format`. */
export const GRANT_FORMATS = ['env', 'json', 'dotenv', 'powershell', 'ali-oss', 'credentials-uri'] as const;

/** One of `GRANT_FORMATS`. */
export type GrantFormat = (typeof GRANT_FORMATS)[number];

/** Formats a grant, ending with a line break. */
export function formatGrant(grant: GrantOutput, format: GrantFormat): string {
  switch (format) {
    case 'env':
      return formatEnvironment(variablesOf(grant), 'sh');
    case 'dotenv':
    case 'powershell':
      return formatEnvironment(variablesOf(grant), format);
    case 'ali-oss':
      return json(aliOssOptions(grant));
    case 'credentials-uri':
      return json(credentialsUriResponse(grant.credentials));
    case 'json':
      return json(facts(grant));
    default:
      throw new TypeError('unknown format');
  }
}

function json(value: unknown): string {
  return `${safeJson(value, 2)}\n`;
}

// The OSS SDKs read the first family of names, all other SDKs the second.
function variablesOf({ credentials, endpoint }: GrantOutput): Readonly<Record<string, string>> {
  const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
  return {
    OSS_ACCESS_KEY_ID: accessKeyId,
    OSS_ACCESS_KEY_SECRET: accessKeySecret,
    OSS_SESSION_TOKEN: securityToken,
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    ...defined({ OSS_REGION: endpoint.region, OSS_ENDPOINT: endpoint.endpoint }),
  };
}

function aliOssOptions({ credentials, endpoint, address }: GrantOutput): object {
  return {
    ...(endpoint.region === undefined ? {} : { region: `oss-${endpoint.region}` }),
    ...defined({ endpoint: endpoint.endpoint }),
    bucket: address.bucket,
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    stsToken: credentials.securityToken,
    authorizationV4: true,
  };
}

function credentialsUriResponse(credentials: Credentials): object {
  return {
    Code: 'Success',
    AccessKeyId: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    SecurityToken: credentials.securityToken,
    Expiration: credentials.expiration?.toISOString().replace('.000Z', 'Z'),
  };
}

function facts({ credentials, address, roleArn, sessionName, policy, allows }: GrantOutput): object {
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
