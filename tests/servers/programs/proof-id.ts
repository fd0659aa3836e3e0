import { createHash } from 'node:crypto';

/** What the server keeps of a proof of use: written here again, so that a change of it is noticed. */
export function proofId(proof: string): string {
  return createHash('sha256').update(proof).digest('hex').slice(0, 32);
}
