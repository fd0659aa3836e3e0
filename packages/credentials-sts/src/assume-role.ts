import {
  CredentialError,
  type CredentialInput,
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import {
  checkArgument,
  defined,
  optional,
  optionsCheck,
  type OptionTable,
  takes,
} from '@ossgrant/credentials-core/internal';
import { type RpcParameters, rpcSignatureV1 } from '@ossgrant/signer-core/rpc';
import { asCaller, callerProvider } from './caller.ts';
import { readCredentials } from './client/call-sts.ts';
import { createStsClient, STS_OPTIONS, type StsOptions } from './client/sts-client.ts';
import { policyText, type SessionPolicy } from './policy/session-policy.ts';

/** The session of a role. */
export interface SessionOptions {
  /** `acs:ram::<account id>:role/<role name>`. */
  readonly roleArn: string;
  /** 2 to 64 letters, digits and `. @ - _`. Appears in the audit log: name the end user, see `sessionNameFor`. */
  readonly sessionName: string;
  /** What the session may do at most. `'whole-role'` grants everything that the role may do. */
  readonly scope: SessionPolicy | 'whole-role';
  /**
   * Life of the credentials, in seconds: 900 up to the role's own maximum, at most 43200.
   *
   * @default 3600
   */
  readonly durationSeconds?: number;
}

/** What each of `SessionOptions` takes. */
export const SESSION_OPTIONS: OptionTable<SessionOptions> = {
  roleArn: takes.text,
  sessionName: takes.text,
  scope: takes.special('a session policy, or "whole-role"', (value) => value === 'whole-role' || isPolicy(value)),
  durationSeconds: optional(takes.number),
};

// STS itself decides whether it accepts the policy. Only an empty one must not be sent.
function isPolicy(value: unknown): boolean {
  return takes.object.accepts(value) && Object.hasOwn(value as object, 'Statement');
}

/** Options of `assumeRole`. */
export interface AssumeRoleOptions extends SessionOptions, StsOptions {
  /** The key that calls STS: a RAM user's, or any provider for role chaining. STS refuses a root account's key. */
  readonly caller: CredentialInput;
  /** Agreed with the role's owner, against the confused deputy. */
  readonly externalId?: string;
}

const checkAssumeRole = optionsCheck<AssumeRoleOptions>(
  'assumeRole',
  { ...SESSION_OPTIONS, ...STS_OPTIONS, caller: takes.credentials, externalId: optional(takes.text) },
  { policy: 'scope', credentials: 'caller', roleSessionName: 'sessionName', duration: 'durationSeconds' },
);

const ASSUME_ROLE = 'AssumeRole';

/**
 * A source of temporary credentials from STS AssumeRole: each fetch is one call. `toProvider` or `cached` reuses the result.
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
  checkAssumeRole(options);
  const { externalId } = options;
  const client = createStsClient(options);
  if (externalId !== undefined && !/^[\w+=,.@:/-]{2,1224}$/.test(externalId)) {
    throw new TypeError('externalId must be 2 to 1224 letters, digits and "_ + = , . @ : / -"');
  }
  const parameters = { ...sessionParameters(options), ...defined({ ExternalId: externalId }) };
  const provider = callerProvider(options.caller);
  return {
    name: 'sts:assume-role',
    fetch: (context) =>
      asCaller(provider(context.clock), context, async (caller) =>
        readCredentials(await client({ action: ASSUME_ROLE, parameters, caller }, context), ASSUME_ROLE),
      ),
  };
}

/** Options of `assumeRoleWithOidc`. */
export interface AssumeRoleWithOidcOptions extends SessionOptions, StsOptions {
  /** `acs:ram::<account id>:oidc-provider/<name>`. */
  readonly oidcProviderArn: string;
  /**
   * The identity provider's token, or a function that reads it. The function is called at each fetch, because such tokens are
   * replaced before they expire. On Node, `oidcTokenFile` of `@ossgrant/credentials-sts/oidc-file` reads the file that a
   * cluster mounts.
   */
  readonly token: string | (() => string | Promise<string>);
}

const checkAssumeRoleWithOidc = optionsCheck<AssumeRoleWithOidcOptions>(
  'assumeRoleWithOidc',
  {
    ...SESSION_OPTIONS,
    ...STS_OPTIONS,
    oidcProviderArn: takes.text,
    token: takes.either(takes.text, takes.function),
  },
  { policy: 'scope', oidcToken: 'token', roleSessionName: 'sessionName', duration: 'durationSeconds' },
);

const ASSUME_ROLE_WITH_OIDC = 'AssumeRoleWithOIDC';

/**
 * A source of temporary credentials from STS AssumeRoleWithOIDC, which needs no access key. When STS calls the token expired or
 * invalid, it is read once more, as it may have been replaced meanwhile.
 *
 * @throws TypeError, RangeError or SessionPolicyError for options that STS would refuse, before any call. The fetch
 *   throws a `CredentialError`.
 */
export function assumeRoleWithOidc(options: AssumeRoleWithOidcOptions): CredentialSource {
  checkAssumeRoleWithOidc(options);
  const { oidcProviderArn, token } = options;
  if (!/^acs:ram::\d+:oidc-provider\/[\w.@/-]+$/i.test(oidcProviderArn)) {
    throw new TypeError('oidcProviderArn must look like "acs:ram::1234567890123456:oidc-provider/name"');
  }
  const client = createStsClient(options);
  const session = { ...sessionParameters(options), OIDCProviderArn: oidcProviderArn };

  async function exchange(oidcToken: string, context: FetchContext): Promise<FetchedCredentials> {
    const parameters = { ...session, OIDCToken: oidcToken };
    const response = await client({ action: ASSUME_ROLE_WITH_OIDC, parameters }, context);
    return readCredentials(response, ASSUME_ROLE_WITH_OIDC);
  }

  return {
    name: 'sts:assume-role-with-oidc',
    async fetch(context) {
      const oidcToken = await readToken(token);
      try {
        return await exchange(oidcToken, context);
      } catch (error) {
        if (!isTokenRefused(error)) throw error;
        const newer = await readToken(token);
        if (newer === oidcToken) throw error;
        return exchange(newer, context);
      }
    },
  };
}

async function readToken(token: AssumeRoleWithOidcOptions['token']): Promise<string> {
  // A file ends with a line break, which is not part of the token.
  const text: unknown = typeof token === 'string' ? token : await token();
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (/^[\x21-\x7e]{4,20000}$/.test(trimmed)) return trimmed;
  throw new CredentialError('the OIDC token must be 4 to 20000 printable characters: check the file or function', {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}

/** Whether STS refused a token that may have been replaced since it was read. */
function isTokenRefused(error: unknown): boolean {
  const serviceCode = error instanceof CredentialError ? error.serviceCode : undefined;
  return /^AuthenticationFail\.OIDCToken\.(Expired|Invalid)$/.test(serviceCode ?? '');
}

function sessionParameters({ roleArn, sessionName, scope, durationSeconds = 3600 }: SessionOptions): RpcParameters {
  if (!/^acs:ram::\d+:role\/[\w.@/-]+$/i.test(roleArn)) {
    throw new TypeError('roleArn must look like "acs:ram::1234567890123456:role/name"');
  }
  // Published samples print this class as [a-zA-Z0-9.@-_], where "@-_" is a range by mistake.
  if (!/^[A-Za-z0-9.@_-]{2,64}$/.test(sessionName)) {
    throw new TypeError('sessionName must be 2 to 64 letters, digits and ". @ - _": sessionNameFor makes one');
  }
  if (!Number.isInteger(durationSeconds) || durationSeconds < 900 || durationSeconds > 43_200) {
    throw new RangeError('durationSeconds must be a whole number from 900 to 43200');
  }
  return {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: String(durationSeconds),
    ...(scope === 'whole-role' ? {} : { Policy: policyText(scope) }),
  };
}

const MARK = '@.';

/**
 * Makes a session name from an end user's name, so that the audit log shows the user. Names that STS accepts are kept; others
 * keep the characters that STS accepts and end with `@.` and 16 characters of a digest: no two users share one.
 *
 * @example sessionNameFor('alice@example.com') // 'alice@example.com'
 * @throws TypeError for a name that is empty or not a string
 */
export function sessionNameFor(user: string): string {
  checkArgument('sessionNameFor', 'the user name', user, takes.filledText);
  if (/^[A-Za-z0-9.@_-]{2,64}$/.test(user) && !user.includes(MARK)) return user;
  const readable = user
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9.@_-]+/g, '-')
    .replaceAll(MARK, '-')
    .slice(0, 64 - MARK.length - 16);
  // Any keyed hash would do; this one is at hand in every runtime.
  const digest = rpcSignatureV1('session-name', user).replaceAll('+', '-').replaceAll('/', '_').slice(0, 16);
  return `${readable}${MARK}${digest}`;
}
