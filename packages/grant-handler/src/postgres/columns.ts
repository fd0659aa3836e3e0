/**
 * Columns of a share. Drivers differ in how they hand out bytes, instants and bigints; text and numbers come out of all alike.
 * A bare name in ORDER BY would mean these texts and numbers, which no index has: write the table before it.
 */
export const SHARE = `encode(id, 'hex') as id, token_version, owner, bucket, facts, label, password, state, revision, max_uses, uses,
  date_part('epoch', not_before) * 1000 as not_before, date_part('epoch', expires_at) * 1000 as expires_at,
  date_part('epoch', created_at) * 1000 as created_at`;
