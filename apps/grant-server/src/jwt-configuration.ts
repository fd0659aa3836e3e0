import type { JwtAlgorithm, RoleScope } from '@ossgrant/grant-handler/jwt';
import { z } from 'zod';
import { readScopeText } from './scope-text.ts';

/** Whose tokens are accepted, and what their claims allow. */
export interface JwtConfiguration {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jwksUrl: string;
  /** Absent: the handler's default. */
  readonly algorithms?: readonly JwtAlgorithm[];
  readonly subjectClaim: string;
  readonly rolesClaim: string;
  readonly adminRole?: string;
  readonly roles: readonly RoleScope[];
}

/** Splits at commas. */
export function list(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

const scopesSchema = z.string('must say where each role may share').transform((text, issues): readonly RoleScope[] =>
  list(text).flatMap((part) => {
    const [, role, rest = ''] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    const scope = readScopeText(rest);
    if (role !== undefined && scope !== undefined) return [{ role, ...scope }];
    issues.addIssue({
      code: 'custom',
      message: `must be roles and where they may share, such as "editor=my-bucket/reports/=30" (role, bucket, prefix, days; "*" for everybody), separated by commas`,
    });
    return [];
  }),
);

const schema = z.object({
  GRANT_JWT_ISSUER: z.string('must be the "iss" of the tokens'),
  GRANT_JWT_AUDIENCE: z.string('must name this server as the tokens\' "aud" does').transform(list),
  GRANT_JWT_JWKS_URL: z.url('must be the address of the issuer\'s keys: "jwks_uri" of its configuration'),
  GRANT_JWT_ALGORITHMS: z.string().transform(list).optional(),
  GRANT_JWT_SUBJECT: z.string().default('sub'),
  GRANT_JWT_ROLES: z.string().default('scope'),
  GRANT_JWT_ADMIN_ROLE: z.string().optional(),
  GRANT_JWT_SCOPES: scopesSchema,
});

/**
 * Reads the variables of tokens. They go together: a forgotten one must not accept more tokens than was meant.
 *
 * @returns nothing without any of them, and everything that is wrong as lines
 */
export function readJwt(given: Readonly<Record<string, string | undefined>>): {
  readonly jwt?: JwtConfiguration;
  readonly wrong: readonly string[];
} {
  if (!Object.keys(given).some((name) => name.startsWith('GRANT_JWT_'))) return { wrong: [] };
  const { data, error } = schema.safeParse(given);
  if (error !== undefined) return { wrong: error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`) };
  const { GRANT_JWT_ADMIN_ROLE: adminRole, GRANT_JWT_ALGORITHMS: algorithms } = data;
  const jwt = {
    issuer: data.GRANT_JWT_ISSUER,
    jwksUrl: data.GRANT_JWT_JWKS_URL,
    audience: data.GRANT_JWT_AUDIENCE,
    subjectClaim: data.GRANT_JWT_SUBJECT,
    rolesClaim: data.GRANT_JWT_ROLES,
    roles: data.GRANT_JWT_SCOPES,
    ...(adminRole === undefined ? {} : { adminRole }),
    // createJwtTokens names those that cannot be used.
    ...(algorithms === undefined ? {} : { algorithms: algorithms as readonly JwtAlgorithm[] }),
  };
  return { jwt, wrong: [] };
}
