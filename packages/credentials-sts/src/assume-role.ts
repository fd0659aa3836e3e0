import type { CredentialInput, CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { toProvider } from '@ossgrant/signer-core';
import type { RpcParameters } from '@ossgrant/signer-core/rpc';
import { callSts, malformed, StsRefusal, type StsAnswer } from './call-sts.ts';
import { policyText, type SessionPolicy } from './session-policy.ts';
import { stsUrl } from './sts-endpoint.ts';

/** Options of `assumeRole`. */
export interface AssumeRoleOptions {
  /** Who asks: a RAM user's key, or any provider for role chaining. A root account's key is refused by STS. */
  readonly caller: CredentialInput;
  /** `acs:ram::<account id>:role/<role name>`. */
  readonly roleArn: string;
  /** 2 to 64 letters, digits and `. @ - _`. Appears in the audit log: name the end user. */
  readonly sessionName: string;
  /** What the session may do, or, said aloud, everything that the role may do. */
  readonly scope: SessionPolicy | 'whole-role';
  /**
   * Life of the credentials, in seconds: 900 up to the role's own maximum, at most 43200.
   *
   * @default 3600
   */
  readonly durationSeconds?: number;
  /** Agreed with the role's owner against the confused deputy. */
  readonly externalId?: string;
  /**
   * Host of STS, such as `sts.cn-hangzhou.aliyuncs.com`. https, except http to this machine.
   *
   * @default 'sts.aliyuncs.com'
   */
  readonly endpoint?: string;
  /** @default the platform's fetch */
  readonly fetch?: typeof fetch;
}

/**
 * A source of temporary credentials by STS AssumeRole: each fetch is one call. `toProvider` or `cached` reuses the result.
 *
 * @example
 * const source = assumeRole({
 *   caller: fromEnvironment(),
 *   roleArn: 'acs:ram::1234567890123456:role/download',
 *   sessionName: 'alice',
 *   scope: allowDownload({ bucket: 'my-bucket', key: 'report.pdf' }),
 * });
 *
 * @throws TypeError, RangeError or SessionPolicyError for options that STS would refuse, before any call. The fetch
 *   throws a `CredentialError`.
 */
export function assumeRole(options: AssumeRoleOptions): CredentialSource {
  const url = stsUrl(options.endpoint ?? 'sts.aliyuncs.com');
  const parameters = parametersOf(options);
  const caller = toProvider(options.caller);
  return {
    name: 'sts:assume-role',
    async fetch({ signal, clock }: FetchContext): Promise<FetchedCredentials> {
      const credentials = await caller.getCredentials({ signal, minValidityMs: 60_000 });
      try {
        return readCredentials(
          await callSts({
            url,
            action: 'AssumeRole',
            parameters,
            caller: credentials,
            fetch: options.fetch ?? fetch,
            clock,
            signal,
          }),
        );
      } catch (error) {
        const reason = error instanceof StsRefusal ? error.classification.callerRejected : undefined;
        if (reason !== undefined) caller.invalidate?.(credentials, reason);
        throw error;
      }
    },
  };
}

function parametersOf(options: AssumeRoleOptions): RpcParameters {
  const { roleArn, sessionName, scope, durationSeconds = 3600, externalId } = options;
  if (!/^acs:ram::\d+:role\/[\w.@/-]+$/i.test(roleArn)) {
    throw new TypeError('roleArn must look like "acs:ram::1234567890123456:role/name"');
  }
  // Published samples print this class as [a-zA-Z0-9.@-_], where "@-_" is a range by mistake.
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw new TypeError('sessionName must be 2 to 64 letters, digits and ". @ - _"');
  }
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw new RangeError('durationSeconds must be a whole number from 900 to 43200');
  }
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw new TypeError('externalId must be 2 to 1224 letters, digits and "_ + = , . @ : / -"');
  }
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(durationSeconds),
    ...(scope === 'whole-role' ? {} : { Policy: policyText(scope) }),
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  };
}

function readCredentials({ body, serverDate }: StsAnswer): FetchedCredentials {
  const found = field(body, 'Credentials');
  const text = (name: string): string => {
    const value = field(found, name);
    if (typeof value !== 'string' || value === '') throw malformed('AssumeRole', `has no ${name}`);
    return value;
  };
  const expiration = new Date(text('Expiration'));
  if (Number.isNaN(expiration.getTime())) throw malformed('AssumeRole', 'has no readable Expiration');
  return {
    accessKeyId: text('AccessKeyId'),
    accessKeySecret: text('AccessKeySecret'),
    securityToken: text('SecurityToken'),
    expiration,
    ...(serverDate === undefined ? {} : { serverDate }),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
