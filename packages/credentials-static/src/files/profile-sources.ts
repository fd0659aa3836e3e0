import type { CredentialInput, CredentialSource } from '@ossgrant/signer-core';

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
