import {
  CredentialError,
  type Credentials,
  type CredentialSource,
  validateCredentials,
} from '@ossgrant/credentials-core';
import { defined, type Option, optional, optionsCheck, parseInstant, takes } from '@ossgrant/credentials-core/internal';

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Options of `fromEnvironment`. */
export interface FromEnvironmentOptions {
  /** @default process.env */
  readonly env?: Environment;
}

/** Variables: some may be unset. */
export const takesEnvironment: Option = takes.mapOf(
  takes.special('a string', (value) => value === undefined || typeof value === 'string'),
);

const check = optionsCheck<FromEnvironmentOptions>('fromEnvironment', { env: optional(takesEnvironment) });

/** One family of variable names. */
interface Names {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

const OSS = {
  id: 'OSS_ACCESS_KEY_ID',
  secret: 'OSS_ACCESS_KEY_SECRET',
  token: 'OSS_SESSION_TOKEN',
  expiration: 'OSS_SESSION_TOKEN_EXPIRATION',
} as const;

// The names of OSS's own tools come first: they are the most specific.
const FAMILIES: readonly Names[] = [
  OSS,
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
 * `OSS_SESSION_TOKEN_EXPIRATION` is the end of `OSS_SESSION_TOKEN`, as `toEnvironment` writes it. It names the key id that it
 * belongs to, and is ignored for any other. Without it the end of a token is unknown: the credentials have a `securityToken` and
 * no `expiration`.
 *
 * The two families are never mixed. A variable that is empty or white space counts as not set. The fetch throws a
 * `CredentialError`: `NOT_CONFIGURED` when neither family is set, `INVALID_CONFIG` when one is set in part or a value
 * has stray white space.
 *
 * @throws TypeError for options that cannot be right
 */
export function fromEnvironment(options: FromEnvironmentOptions = {}): CredentialSource {
  check(options);
  return {
    name: 'environment',
    async fetch() {
      const env = options.env ?? process.env;
      const family = FAMILIES.find(({ id, secret }) => isSet(env[id]) || isSet(env[secret]));
      if (family === undefined) {
        throw new CredentialError(
          `environment: set ${FAMILIES.map(({ id, secret }) => `${id} and ${secret}`).join(', or ')}`,
          { code: 'NOT_CONFIGURED', retryable: false },
        );
      }
      const accessKeyId = read(env, family.id);
      const accessKeySecret = read(env, family.secret);
      if (!isSet(env[family.token])) return { accessKeyId, accessKeySecret };
      const expiration = family === OSS ? readExpiration(env, accessKeyId) : undefined;
      return { accessKeyId, accessKeySecret, securityToken: read(env, family.token), ...defined({ expiration }) };
    },
  };
}

/**
 * Writes credentials as the variables that `fromEnvironment` reads, for another process. The end of a token goes along with its key
 * id. Fields that a lasting key lacks are empty, so that nothing of an earlier token remains in use; so is `ALIBABA_CLOUD_PROFILE`, which
 * would have the default chain use a profile instead.
 *
 * @example toEnvironment(credentials)['OSS_SESSION_TOKEN_EXPIRATION'] // '2026-12-01T00:00:00.000Z,STS.NUexample'
 * @throws CredentialError `INVALID_CONFIG` when a field is missing or malformed
 */
export function toEnvironment(credentials: Credentials): Readonly<Record<string, string>> {
  validateCredentials(credentials);
  const { accessKeyId, accessKeySecret, securityToken = '', expiration } = credentials;
  const hasKnownEnd = securityToken !== '' && expiration !== undefined;
  return {
    [OSS.id]: accessKeyId,
    [OSS.secret]: accessKeySecret,
    [OSS.token]: securityToken,
    [OSS.expiration]: hasKnownEnd ? `${expiration.toISOString()},${accessKeyId}` : '',
    ALIBABA_CLOUD_PROFILE: '',
  };
}

// STS issues each token with a key id of its own: another id means the end of an earlier token.
function readExpiration(env: Environment, accessKeyId: string): Date | undefined {
  const value = env[OSS.expiration];
  if (!isSet(value)) return undefined;
  const [instant = '', id = '', ...rest] = value.trim().split(',');
  const expiration = parseInstant(instant);
  if (expiration === undefined || id === '' || rest.length > 0) {
    throw invalid(
      OSS.expiration,
      'must be an instant, a comma and the key id of the token, such as "2026-12-01T00:00:00Z,STS.NU..."',
    );
  }
  return id === accessKeyId ? expiration : undefined;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

function read(env: Environment, name: string): string {
  const value = env[name];
  if (!isSet(value)) throw invalid(name, 'is not set, though its companion is');
  if (value !== value.trim()) throw invalid(name, 'has white space around its value');
  return value;
}

function invalid(name: string, problem: string): CredentialError {
  return new CredentialError(`environment: ${name} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });
}
