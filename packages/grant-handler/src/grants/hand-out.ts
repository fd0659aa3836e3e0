import type { Credentials } from '@ossgrant/credentials-core';
import { allowDownload, type SessionPolicy, SessionPolicyError } from '@ossgrant/credentials-sts';
import type { Context } from '../context.ts';
import { Problem } from '../problem.ts';

/** Which objects temporary credentials are for. */
export interface GrantScope {
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly prefix?: string | undefined;
  readonly list?: boolean | undefined;
}

/** The least policy for these objects. @throws Problem for keys that no policy can name exactly */
export function policyOf({ bucket, keys, prefix, list }: GrantScope): SessionPolicy {
  try {
    if (prefix !== undefined) return allowDownload({ bucket, prefix, list: list === true });
    const [first, ...more] = keys.map((key) => allowDownload({ bucket, key }));
    const [statement] = first?.Statement ?? [];
    if (statement === undefined) throw new Problem('invalid-request', 'keys must hold at least one key');
    const Resource = [statement, ...more.flatMap((policy) => policy.Statement)].flatMap((one) => one.Resource);
    return { Version: '1', Statement: [{ ...statement, Resource }] };
  } catch (error) {
    if (error instanceof SessionPolicyError) throw new Problem('not-possible', error.message);
    throw error;
  }
}

/** Temporary credentials as the API sends them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly expiration: string;
}

/** Who gets the credentials, and for how long. */
export interface GrantTerms {
  /** Names the end user in the logs of OSS. */
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** Refused where the credentials that are at hand would live longer than this. @default not bounded */
  readonly endsBy?: Date | undefined;
  readonly signal: AbortSignal;
}

/** Asks STS, or takes what it gave for an equal grant. @throws Problem */
export async function handOut(context: Context, scope: GrantScope, terms: GrantTerms): Promise<TemporaryCredentials> {
  const { sts } = context.options;
  if (sts === undefined) {
    throw new Problem('not-possible', 'this server hands out no temporary credentials: it has no role configured');
  }
  let credentials: Credentials;
  try {
    const { sessionName, durationSeconds, signal } = terms;
    const policy = policyOf(scope);
    const provider = sts.cache.provider({ roleArn: sts.roleArn, sessionName, scope: policy, durationSeconds });
    // Half of the life at least: what comes out of the cache may be older.
    credentials = await provider.getCredentials({ signal, minValidityMs: durationSeconds * 500 });
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof SessionPolicyError) throw new Problem('not-possible', error.message);
    const failed = new Problem(
      'signing-failed',
      'STS gives no credentials now: try again, and if it lasts tell the owner',
    );
    failed.cause = error;
    throw failed;
  }
  const { accessKeyId, accessKeySecret, securityToken = '', expiration } = credentials;
  return { accessKeyId, accessKeySecret, securityToken, expiration: (expiration ?? new Date(0)).toISOString() };
}

/** The shape that the Android and iOS SDKs read from an application server. */
export function mobileShape(given: TemporaryCredentials): Record<string, unknown> {
  return { StatusCode: 200, ...upperCased(given) };
}

/** The shape of a credentials URI. */
export function uriShape(given: TemporaryCredentials): Record<string, unknown> {
  return { Code: 'Success', ...upperCased(given) };
}

function upperCased(given: TemporaryCredentials): Record<string, string> {
  return {
    AccessKeyId: given.accessKeyId,
    AccessKeySecret: given.accessKeySecret,
    SecurityToken: given.securityToken,
    // Both readers want whole seconds.
    Expiration: `${given.expiration.slice(0, 19)}Z`,
  };
}
