import { CredentialError, type CredentialSource, type FetchedCredentials } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of `fromEnvironment`. */
export interface FromEnvironmentOptions {
  /** @default process.env */
  readonly env?: Environment;
}

/** One family of variable names. */
interface Names {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

// The names of OSS's own tools come first: they are the most specific.
const FAMILIES: readonly Names[] = [
  { id: 'OSS_ACCESS_KEY_ID', secret: 'OSS_ACCESS_KEY_SECRET', token: 'OSS_SESSION_TOKEN' },
  {
    id: 'ALIBABA_CLOUD_ACCESS_KEY_ID',
    secret: 'ALIBABA_CLOUD_ACCESS_KEY_SECRET',
    token: 'ALIBABA_CLOUD_SECURITY_TOKEN',
  },
];

/**
 * Reads credentials from the environment: `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET`, `OSS_SESSION_TOKEN`, or else
 * `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, `ALIBABA_CLOUD_SECURITY_TOKEN`.
 *
 * The two families are never mixed. A variable that is empty or white space counts as not set. The fetch throws a
 * `CredentialError`: `NOT_CONFIGURED` when neither family is set, `INVALID_CONFIG` when one is set in part or a value
 * has stray white space.
 */
export function fromEnvironment(options: FromEnvironmentOptions = {}): CredentialSource {
  return {
    name: 'environment',
    async fetch(): Promise<FetchedCredentials> {
      const env = options.env ?? process.env;
      const family = FAMILIES.find(({ id, secret }) => isSet(env[id]) || isSet(env[secret]));
      if (family === undefined) {
        throw new CredentialError(
          `environment: set ${FAMILIES.map(({ id, secret }) => `${id} and ${secret}`).join(', or ')}`,
          { code: 'NOT_CONFIGURED', retryable: false },
        );
      }
      const securityToken = isSet(env[family.token]) ? read(env, family.token) : undefined;
      return {
        accessKeyId: read(env, family.id),
        accessKeySecret: read(env, family.secret),
        ...defined({ securityToken }),
      };
    },
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function read(env: Environment, name: string): string {
  const value = env[name];
  const problem = isSet(value)
    ? value !== value.trim() && 'has white space around its value'
    : 'is not set, though its companion is';
  if (problem !== false) {
    throw new CredentialError(`environment: ${name} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
  }
  return value as string;
}
