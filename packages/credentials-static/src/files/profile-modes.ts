import type { Credentials, CredentialSource, FetchedCredentials } from '@ossgrant/signer-core';
import { CredentialError } from '@ossgrant/signer-core';
import type { ProfileFields } from './profile-fields.ts';
import type { ProfileRole, ProfileSources } from './profile-sources.ts';
import { stsEndpoint } from './sts-endpoint.ts';

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
