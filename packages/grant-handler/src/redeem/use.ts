import type { Context } from '../context.ts';
import { Problem, STANDINGS } from '../problem.ts';
import type { UseResult } from '../store.ts';
import { newProof, proofId } from './proof.ts';
import type { Visit } from './visit.ts';

/** A use that was granted. */
export interface Use {
  readonly proof: string;
  readonly repeat: boolean;
  readonly result: UseResult;
}

/**
 * Counts a use, or finds the use of a proof again. What can fail must have been done before: nothing after it may refuse.
 *
 * @throws Problem
 */
export async function countUse(context: Context, visit: Visit, chosen: string | undefined, key: string): Promise<Use> {
  const { share, address, agent, now } = visit;
  let proof = chosen ?? newProof();
  const ask = (): Promise<UseResult> =>
    context.store.redeem({ shareId: share.id, proof: proofId(proof), address, agent, key }, now, context.resume);
  let result = await ask();
  if (result.outcome === 'spent') {
    // The proof had its time; this is a new use, with a new proof.
    proof = newProof();
    result = await ask();
  }
  const { outcome } = result;
  if (outcome === 'counted' || outcome === 'repeat') return { proof, repeat: outcome === 'repeat', result };
  if (outcome === 'unknown' || outcome === 'spent') throw new Problem('not-found', 'there is nothing at this address');
  throw new Problem(outcome, STANDINGS[outcome]);
}
