import type { Context as HonoContext } from 'hono';
import type { Context, Env } from '../context.ts';
import { Problem, type Standing, STANDINGS } from '../problem.ts';
import { standingOf } from '../shares/share-view.ts';
import type { UseOutcome, UseResult } from '../store.ts';
import { newProof, proofId, readProof } from './proof.ts';
import type { Visit } from './visit.ts';

/** A use that was granted. */
export interface Use {
  /** Absent for a use that was found by the visitor's address: its proof is not kept. */
  readonly proof?: string | undefined;
  readonly repeat: boolean;
  readonly result: UseResult;
}

/** A use that a visitor may ask for again. */
export interface KnownUse {
  /** What the store keeps of its proof. */
  readonly id: string;
  readonly proof?: string | undefined;
}

/** Why the share gives this visitor nothing now: whoever has the proof of a use may go on with it when the share is used up. */
export function standingFor(context: Context, c: HonoContext<Env>, { share, now }: Visit): Standing | undefined {
  const standing = standingOf(share, now);
  return standing === 'used-up' && readProof(context, c) !== undefined ? undefined : standing;
}

/**
 * The use that a visitor goes on with: of the proof that it sent, or, where the share allows it, of its address and
 * program when it asks for a later part of the object.
 */
export async function knownUse(context: Context, c: HonoContext<Env>, visit: Visit): Promise<KnownUse | undefined> {
  const proof = readProof(context, c);
  if (proof !== undefined) return { id: proofId(proof), proof };
  const { share, address, agent, key, now } = visit;
  const isLaterPart = /^bytes=0*[1-9]\d*-/.test(c.req.header('range') ?? '');
  if (share.facts.resume !== 'address' || !isLaterPart) return undefined;
  if (address === undefined || agent === undefined || key === undefined) return undefined;
  const id = await context.store.recentUse({ shareId: share.id, address, agent, key }, now - context.resume.windowMs);
  return id === undefined ? undefined : { id };
}

/**
 * Counts a use, or finds a known one again. What can fail must have been done before: nothing after it may refuse.
 *
 * @throws Problem
 */
export async function countUse(context: Context, visit: Visit, known: KnownUse | undefined, key: string): Promise<Use> {
  const { share, address, agent, now } = visit;
  const ask = async (use: KnownUse): Promise<Use & { outcome: UseOutcome }> => {
    const request = { shareId: share.id, proof: use.id, address, agent, key };
    const result = await context.store.redeem(request, now, context.resume);
    return { proof: use.proof, repeat: result.outcome === 'repeat', result, outcome: result.outcome };
  };
  const fresh = (): KnownUse => {
    const proof = newProof();
    return { id: proofId(proof), proof };
  };
  let { outcome, ...use } = await ask(known ?? fresh());
  // The proof had its time; this is a new use, with a new proof.
  if (outcome === 'spent') ({ outcome, ...use } = await ask(fresh()));
  if (outcome === 'counted' || outcome === 'repeat') return use;
  if (outcome === 'unknown' || outcome === 'spent') throw new Problem('not-found', 'there is nothing at this address');
  throw new Problem(outcome, STANDINGS[outcome]);
}
