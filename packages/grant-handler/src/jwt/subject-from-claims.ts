import type { ScopedSubject } from '../access/scopes.ts';
import type { KeyScope } from '../records.ts';
import type { JwtClaims } from './create-jwt-tokens.ts';

/** Where those who have a role may share. */
export interface RoleScope extends KeyScope {
  /** Value of the roles' claim; `*` for everybody with a valid token. */
  readonly role: string;
}

/** How claims become a subject. A claim of an object inside the claims is named by a path, such as `realm_access.roles`. */
export interface ClaimMapping {
  /** Claim that names the subject for good: of 1 to 255 characters. @default sub */
  readonly subjectClaim?: string;
  /** Claim of the subject's roles: a list, or a text with spaces between them. @default scope */
  readonly rolesClaim?: string;
  /** Where each role may share. A subject without a fitting role may see what it has, and share nothing. */
  readonly roles: readonly RoleScope[];
  /** Role that sees and changes everybody's shares, and reads the audit log. @default nobody does */
  readonly adminRole?: string;
}

/** Keeps subjects of tokens apart from owners of API keys, who are named by an operator. */
const PREFIX = 'jwt:';

/**
 * Makes the `subjectOf` of tokens by a table. The subject is `jwt:` and its claim: an API key with that owner shares with the
 * user's rights over the same shares.
 */
export function subjectFromClaims(mapping: ClaimMapping): (claims: JwtClaims) => ScopedSubject | undefined {
  const { subjectClaim = 'sub', rolesClaim = 'scope', roles, adminRole } = mapping;
  return (claims) => {
    const name = claimAt(claims, subjectClaim);
    // Control characters would let a name pass for something else in logs.
    if (typeof name !== 'string' || !/^[^\p{Cc}]{1,255}$/u.test(name)) return undefined;
    const has = new Set(namesIn(claimAt(claims, rolesClaim)));
    return {
      id: `${PREFIX}${name}`,
      admin: adminRole !== undefined && has.has(adminRole),
      scopes: roles
        .filter(({ role }) => role === '*' || has.has(role))
        .map(({ bucket, prefix, longestSeconds }) => ({ bucket, prefix, longestSeconds })),
    };
  };
}

function claimAt(claims: JwtClaims, path: string): unknown {
  // A claim's own name may have dots: `https://example.com/roles`.
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as JwtClaims)[name];
  }
  return value;
}

function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((name) => name !== '');
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}
