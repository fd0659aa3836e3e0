import {
  CredentialError,
  type CredentialInput,
  type CredentialSource,
  type Credentials,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';

/** Reads the fields of one profile. Errors name file, profile and field, and never a value. */
export interface ProfileFields {
  /** `FILE: profile "NAME"`, for messages. */
  readonly where: string;
  /** The value, or `undefined` when it is absent or empty. */
  text(name: string): string | undefined;
  required(name: string): string;
  /** A whole number, or `undefined` when it is absent or 0, which the tools write for "not set". */
  count(name: string): number | undefined;
  flag(name: string): boolean;
  fail(problem: string): CredentialError;
}

/** Makes a reader of a profile's values, which were read from JSON or ini. */
export function profileFields(values: Readonly<Record<string, unknown>>, where: string): ProfileFields {
  const fail = (problem: string): CredentialError =>
    new CredentialError(`${where} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });

  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw fail(`has something other than a string for ${name}`);
    if (value.trim() === '') return undefined;
    if (value !== value.trim()) throw fail(`has white space around its ${name}`);
    return value;
  };

  return {
    where,
    text,
    fail,
    required(name): string {
      const value = text(name);
      if (value === undefined) throw fail(`has no ${name}`);
      return value;
    },
    count(name): number | undefined {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined || value === null || value === '') return undefined;
      const number = Number(value);
      if (!Number.isSafeInteger(number) || number < 0)
        throw fail(`has something other than a whole number for ${name}`);
      return number === 0 ? undefined : number;
    },
    flag(name): boolean {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
    },
  };
}

/** The STS that a profile names; neither endpoint nor region leaves the choice to the function. */
export interface ProfileSts {
  /** Host of STS. */
  readonly endpoint?: string;
  /** Absent when there is an endpoint. */
  readonly region?: string;
  /** `vpc` without a region is a mistake, which `assumeRole` refuses. */
  readonly network?: 'vpc';
}

/** A role that a profile assumes. */
export interface ProfileRole extends ProfileSts {
  /** The profile's own key, or the profile that it refers to. */
  readonly caller: CredentialInput;
  /** `acs:ram::<account id>:role/<role name>`. */
  readonly roleArn: string;
  /** Appears in the audit log. `ossgrant` when the profile has none. */
  readonly sessionName: string;
  /** A profile grants all that its role may do. */
  readonly scope: 'whole-role';
  /** Life of the credentials, in seconds. */
  readonly durationSeconds?: number;
  /** Agreed with the role's owner. */
  readonly externalId?: string;
}

/** A role that a profile assumes with an OIDC token. */
export interface ProfileOidcRole extends ProfileSts {
  /** `acs:ram::<account id>:role/<role name>`. */
  readonly roleArn: string;
  /** `acs:ram::<account id>:oidc-provider/<name>`. */
  readonly oidcProviderArn: string;
  /** Path of the token, to be read at each fetch: it rotates. */
  readonly oidcTokenFile: string;
  /** Appears in the audit log. `ossgrant` when the profile has none. */
  readonly sessionName: string;
  /** Life of the credentials, in seconds. */
  readonly durationSeconds?: number;
}

/**
 * The functions behind the modes that need more than the file: those of other packages, or your own. A profile whose function
 * is missing is refused, and the error names the function.
 */
export interface ProfileSources {
  /** For RamRoleArn and ChainableRamRoleArn: `assumeRole` of `@ossgrant/credentials-sts`. */
  readonly assumeRole?: (options: ProfileRole) => CredentialSource;
  /** For OIDC. */
  readonly oidc?: (options: ProfileOidcRole) => CredentialSource;
  /** For EcsRamRole: `ecsRamRole` of `@ossgrant/credentials-remote`. */
  readonly ecsRamRole?: (options: { readonly roleName?: string }) => CredentialSource;
  /** For CredentialsURI: `credentialsUri` of `@ossgrant/credentials-remote`. */
  readonly credentialsUri?: (options: { readonly uri: string }) => CredentialSource;
  /** For External: `externalProcess` of `@ossgrant/credentials-remote/process`. */
  readonly externalProcess?: (options: { readonly command: string }) => CredentialSource;
}

/** A file's names for the fields that several modes share. */
export interface FieldNames {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
  readonly roleArn: string;
  readonly sessionName: string;
  readonly tokenFile: string;
  readonly duration: string;
  readonly region: string;
}

/** The key in the file. */
export function keySource(fields: ProfileFields, names: FieldNames, token: 'token' | 'no-token'): CredentialSource {
  if (fields.text(names.id) === undefined && fields.text(names.secret) === undefined) {
    // The tools write such a profile before they are configured.
    throw new CredentialError(`${fields.where} is empty`, { code: 'NOT_CONFIGURED', retryable: false });
  }
  const expiration = token === 'token' ? fields.count('sts_expiration') : undefined;
  const credentials: Credentials = {
    accessKeyId: fields.required(names.id),
    accessKeySecret: fields.required(names.secret),
    ...(token === 'token' ? { securityToken: fields.required(names.token) } : {}),
    ...(expiration === undefined ? {} : { expiration: new Date(expiration * 1000) }),
  };
  return { name: 'profile', fetch: async (): Promise<FetchedCredentials> => credentials };
}

/** The role of a profile, assumed with its own key or with another profile. */
export function roleSource(
  fields: ProfileFields,
  names: FieldNames,
  use: { readonly sources: ProfileSources; readonly caller: ProfileRole['caller'] },
): CredentialSource {
  refusePolicy(fields);
  const assumeRole = sourceFor(fields, use.sources, 'assumeRole');
  return assumeRole({
    caller: use.caller,
    scope: 'whole-role',
    ...sessionOf(fields, names),
    ...defined({ externalId: fields.text('external_id') }),
  });
}

/** The role of a profile, assumed with an OIDC token. */
export function oidcSource(fields: ProfileFields, names: FieldNames, sources: ProfileSources): CredentialSource {
  refusePolicy(fields);
  const oidc = sourceFor(fields, sources, 'oidc');
  return oidc({
    ...sessionOf(fields, names),
    oidcProviderArn: fields.required('oidc_provider_arn'),
    oidcTokenFile: fields.required(names.tokenFile),
  });
}

/** The role of the machine. */
export function ecsSource(fields: ProfileFields, name: string, sources: ProfileSources): CredentialSource {
  const ecsRamRole = sourceFor(fields, sources, 'ecsRamRole');
  return ecsRamRole(defined({ roleName: fields.text(name) }));
}

/** The function behind a mode. @throws CredentialError `INVALID_CONFIG` when it is missing */
export function sourceFor<Name extends keyof ProfileSources>(
  fields: ProfileFields,
  sources: ProfileSources,
  name: Name,
): NonNullable<ProfileSources[Name]> {
  const source = sources[name];
  if (source === undefined) throw fields.fail(`needs sources.${name}, which is missing`);
  return source;
}

function sessionOf(fields: ProfileFields, names: FieldNames) {
  return {
    roleArn: fields.required(names.roleArn),
    sessionName: fields.text(names.sessionName) ?? 'ossgrant',
    ...defined({ durationSeconds: fields.count(names.duration) }),
    ...stsOf(fields, names),
  };
}

function stsOf(fields: ProfileFields, names: FieldNames): ProfileSts {
  const endpoint = fields.text('sts_endpoint');
  if (endpoint !== undefined) return { endpoint };
  const network = fields.flag('enable_vpc') ? ('vpc' as const) : undefined;
  return defined({ region: fields.text(names.region), network });
}

// A policy that is ignored would leave more rights than its author meant.
function refusePolicy(fields: ProfileFields): void {
  if (fields.text('policy') !== undefined) {
    throw fields.fail('has a policy, which is not read from files: call assumeRole with a scope');
  }
}
