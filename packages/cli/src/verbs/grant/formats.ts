import type { Credentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { toEnvironment } from '@ossgrant/credentials-static';
import type { SessionPolicy } from '@ossgrant/credentials-sts';
import { resolveEndpoint, type EndpointOptions } from '@ossgrant/signer-core';
import { usageError } from '../../failure/cli-error.ts';
import type { ObjectAddress } from '../../input/object-address.ts';
import { safeJson } from '../../output/format.ts';
import { formatEnvironment } from '../../output/quote.ts';
import { isFolder } from '../policy/scope.ts';

/** The credentials that were granted, and what they allow. */
export interface GrantOutput {
  readonly credentials: Credentials;
  readonly addresses: readonly ObjectAddress[];
  readonly endpoint: EndpointOptions;
  /** Unless a grant server gave them. */
  readonly roleArn?: string;
  /** Unless the grant server chose it. */
  readonly sessionName?: string;
  readonly policy: SessionPolicy;
  /** The policy in words. */
  readonly allows: string;
  readonly warnings: readonly GrantWarning[];
}

/** Something about a grant that may surprise. */
export interface GrantWarning {
  readonly code: 'UNTIL_AFTER_EXPIRATION' | 'SESSION_RENAMED';
  readonly message: string;
}

/** The values of `--format`. */
export const GRANT_FORMATS = ['env', 'json', 'dotenv', 'powershell', 'ali-oss', 'rclone', 'credentials-uri'] as const;

/** One of `GRANT_FORMATS`. */
export type GrantFormat = (typeof GRANT_FORMATS)[number];

/**
 * Checks, before STS is called, that a format can express the grant.
 *
 * @throws CliError
 */
export function assertFormat(
  format: GrantFormat,
  { addresses, endpoint }: Pick<GrantOutput, 'addresses' | 'endpoint'>,
): void {
  if (format === 'ali-oss' && new Set(addresses.map(({ bucket }) => bucket)).size > 1) {
    throw usageError('--format ali-oss holds one bucket', 'grant each bucket on its own, or choose another format');
  }
  if (format !== 'rclone') return;
  if (endpoint.region === undefined && endpoint.endpoint === undefined) {
    throw usageError('--format rclone needs the endpoint', 'give --region or --endpoint, or set OSS_REGION');
  }
  if (endpoint.addressing === 'cname') throw usageError('--format rclone cannot use a custom domain');
}

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
    case 'rclone':
      return rcloneRemote(grant);
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
    ...toEnvironment(credentials),
    ALIBABA_CLOUD_ACCESS_KEY_ID: accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: securityToken,
    ...defined({ OSS_REGION: endpoint.region, OSS_ENDPOINT: hostOf(endpoint) }),
  };
}

// Only the command line knows networks.
function hostOf(endpoint: EndpointOptions): string | undefined {
  return endpoint.network === undefined ? endpoint.endpoint : resolveEndpoint(endpoint).origin;
}

function aliOssOptions({ credentials, endpoint, addresses }: GrantOutput): object {
  return {
    ...(endpoint.region === undefined ? {} : { region: `oss-${endpoint.region}` }),
    ...defined({ endpoint: hostOf(endpoint) }),
    ...(endpoint.addressing === 'cname' ? { cname: true } : {}),
    bucket: addresses[0]?.bucket,
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    stsToken: credentials.securityToken,
    authorizationV4: true,
  };
}

// https://rclone.org/s3/#alibaba-oss. The credentials may not list buckets, so rclone must not look for one.
function rcloneRemote({ credentials, endpoint }: GrantOutput): string {
  const { origin, addressing } = resolveEndpoint(endpoint);
  const isByPath = addressing === 'path';
  const fields = {
    type: 's3',
    // With "Alibaba" rclone puts the bucket into the host, whatever force_path_style is.
    provider: isByPath ? 'Other' : 'Alibaba',
    access_key_id: credentials.accessKeyId,
    secret_access_key: credentials.accessKeySecret,
    ...defined({ session_token: credentials.securityToken }),
    endpoint: origin,
    ...(isByPath ? { force_path_style: 'true' } : {}),
    no_check_bucket: 'true',
  };
  const { expiration } = credentials;
  return [
    ...(expiration === undefined ? [] : [`# valid until ${instant(expiration)}`]),
    '[ossgrant]',
    ...Object.entries(fields).map(([name, value]) => `${name} = ${value}`),
    '',
  ].join('\n');
}

function credentialsUriResponse(credentials: Credentials): object {
  const { expiration } = credentials;
  return {
    Code: 'Success',
    AccessKeyId: credentials.accessKeyId,
    AccessKeySecret: credentials.accessKeySecret,
    SecurityToken: credentials.securityToken,
    Expiration: expiration && instant(expiration),
  };
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function facts({ credentials, addresses, roleArn, sessionName, policy, allows, warnings }: GrantOutput): object {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = credentials;
  return {
    accessKeyId,
    accessKeySecret,
    securityToken,
    ...defined({ expiresAt: expiration?.toISOString() }),
    objects: addresses.map((address) => {
      const { bucket, key } = address;
      return isFolder(address) ? { bucket, prefix: key } : { bucket, key };
    }),
    ...defined({ roleArn, sessionName }),
    allows,
    policy,
    warnings,
  };
}
