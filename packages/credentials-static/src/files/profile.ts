import {
  CredentialError,
  type CredentialInput,
  type CredentialSource,
  type Credentials,
  type FetchedCredentials,
} from '@ossgrant/credentials-core';

/** Reads the fields of one profile. Failures name file, profile and field, and never a value. */
export interface ProfileFields {
  /** `FILE: profile "NAME"`, for messages. */
  readonly where: string;
  /** The value, or `undefined` when it is absent or empty. */
  text(name: string): string | undefined;
  required(name: string): string;
  /** A whole number that is not 0, which the tools write for "not set". */
  count(name: string): number | undefined;
  flag(name: string): boolean;
  fail(problem: string): CredentialError;
}

/** Makes a reader of a profile's values, which come from JSON or ini. */
export function profileFields(values: Readonly<Record<string, unknown>>, where: string): ProfileFields {
  const fail = (problem: string): CredentialError =>
    new CredentialError(`${where} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });

  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw fail(`has something other than text for ${name}`);
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

/** A role that a profile assumes. */
export interface ProfileRole {
  readonly caller: CredentialInput;
  readonly roleArn: string;
  readonly sessionName: string;
  /** A profile stands for all that its role may do. */
  readonly scope: 'whole-role';
  readonly durationSeconds?: number;
  readonly externalId?: string;
  readonly endpoint?: string;
}

/** A role that a profile assumes with an OIDC token. */
export interface ProfileOidcRole {
  readonly roleArn: string;
  readonly oidcProviderArn: string;
  /** Path of the token, to be read at each fetch: it rotates. */
  readonly oidcTokenFile: string;
  readonly sessionName: string;
  readonly durationSeconds?: number;
  readonly endpoint?: string;
}

/**
 * What completes the modes that need more than the file. Each is a function of another package, or one of your own; a profile
 * whose function is not there is refused with its name.
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

/** What chooses a host of STS. */
export interface StsEndpointOptions {
  /** Wins over the rest. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** From inside a VPC. Needs a region. */
  readonly vpc?: boolean;
}

/**
 * The host of STS for a region: `sts.cn-hangzhou.aliyuncs.com`, or `sts-vpc.cn-hangzhou.aliyuncs.com`.
 *
 * @returns `undefined` when nothing was chosen
 * @throws TypeError for a region that would change the host
 */
export function stsEndpoint({ endpoint, region, vpc = false }: StsEndpointOptions): string | undefined {
  if (endpoint !== undefined) return endpoint;
  if (region === undefined) return undefined;
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw new TypeError('the STS region must be like "cn-hangzhou"');
  return `${vpc ? 'sts-vpc' : 'sts'}.${region}.aliyuncs.com`;
}

/** What a file calls the fields that several modes share. */
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

/** A key that stands in the file. */
export function keySource(fields: ProfileFields, names: FieldNames, token: 'token' | 'no-token'): CredentialSource {
  if (fields.text(names.id) === undefined && fields.text(names.secret) === undefined) {
    // What the tools write before anybody has configured them.
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

/** The role of a profile, assumed by its own key or by another profile. */
export function roleSource(
  fields: ProfileFields,
  names: FieldNames,
  use: { readonly sources: ProfileSources; readonly caller: ProfileRole['caller'] },
): CredentialSource {
  refusePolicy(fields);
  const externalId = fields.text('external_id');
  return handedIn(
    fields,
    use.sources,
    'assumeRole',
  )({
    caller: use.caller,
    scope: 'whole-role',
    ...sessionOf(fields, names),
    ...(externalId === undefined ? {} : { externalId }),
  });
}

/** The role of a profile, assumed with an OIDC token. */
export function oidcSource(fields: ProfileFields, names: FieldNames, sources: ProfileSources): CredentialSource {
  refusePolicy(fields);
  return handedIn(
    fields,
    sources,
    'oidc',
  )({
    ...sessionOf(fields, names),
    oidcProviderArn: fields.required('oidc_provider_arn'),
    oidcTokenFile: fields.required(names.tokenFile),
  });
}

/** The role of the machine. */
export function ecsSource(fields: ProfileFields, name: string, sources: ProfileSources): CredentialSource {
  const roleName = fields.text(name);
  return handedIn(fields, sources, 'ecsRamRole')(roleName === undefined ? {} : { roleName });
}

/** The function that completes a mode. @throws CredentialError `INVALID_CONFIG` when it was not handed in */
export function handedIn<Name extends keyof ProfileSources>(
  fields: ProfileFields,
  sources: ProfileSources,
  name: Name,
): NonNullable<ProfileSources[Name]> {
  const source = sources[name];
  if (source === undefined) throw fields.fail(`needs sources.${name}, which was not handed in`);
  return source;
}

function sessionOf(fields: ProfileFields, names: FieldNames) {
  const durationSeconds = fields.count(names.duration);
  const endpoint = stsEndpoint({
    endpoint: fields.text('sts_endpoint'),
    region: fields.text(names.region),
    vpc: fields.flag('enable_vpc'),
  });
  return {
    roleArn: fields.required(names.roleArn),
    sessionName: fields.text(names.sessionName) ?? 'ossgrant',
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

// A policy that is not obeyed would leave more rights than its author meant.
function refusePolicy(fields: ProfileFields): void {
  if (fields.text('policy') !== undefined) {
    throw fields.fail('has a policy, which is not read from files: call assumeRole with a scope');
  }
}
