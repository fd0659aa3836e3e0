export { createJwtTokens } from './create-jwt-tokens.ts';
export type { JwtAlgorithm, JwtClaims, JwtOptions, JwtRefusal } from './create-jwt-tokens.ts';
export { subjectFromClaims } from './subject-from-claims.ts';
export type { ClaimMapping, RoleScope } from './subject-from-claims.ts';
