import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/client.ts';
import type { Share } from '../api/types.ts';

/** What may be done with shares, one or many. */
export type ShareAct =
  | { readonly kind: 'pause' | 'resume' | 'revoke'; readonly shares: readonly Share[] }
  | { readonly kind: 'extend'; readonly shares: readonly Share[]; readonly seconds: number };

/** What became of it. */
export interface Outcome {
  readonly kind: ShareAct['kind'];
  readonly changed: readonly Share[];
  readonly failures: readonly unknown[];
  /** Absent for what cannot be undone. */
  readonly undo?: () => Promise<unknown>;
}

const AT_ONCE = 4;

/** The shares that an act changes: nothing changes a revoked one, and nobody pauses a paused one. */
export function fitting(kind: ShareAct['kind'], shares: readonly Share[]): readonly Share[] {
  return shares.filter(({ state }) => {
    if (state === 'revoked') return false;
    if (kind === 'pause') return state !== 'paused';
    return kind === 'resume' ? state === 'paused' : true;
  });
}

/** When an extended share ends: counted from its end, or from now where it has ended. */
export function extended({ expiresAt }: Share, seconds: number, now: number): string {
  return new Date(Math.max(now, Date.parse(expiresAt)) + seconds * 1000).toISOString();
}

async function changeOne(act: ShareAct, share: Share): Promise<Share> {
  if (act.kind !== 'extend') return api.act(share.id, act.kind);
  return api.change(share, { expiresAt: extended(share, act.seconds, Date.now()) });
}

/** A few at a time; what fails keeps nothing else from being done. */
async function changeAll(act: ShareAct): Promise<Outcome> {
  const waiting = [...fitting(act.kind, act.shares)];
  const done: { readonly before: Share; readonly after: Share }[] = [];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let share = waiting.shift(); share !== undefined; share = waiting.shift()) {
      try {
        done.push({ before: share, after: await changeOne(act, share) });
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const changed = done.map(({ after }) => after);
  const back = { pause: 'resume', resume: 'pause' } as const;
  const undo = (): Promise<unknown> => {
    if (act.kind === 'extend') {
      return Promise.all(done.map(({ before, after }) => api.change(after, { expiresAt: before.expiresAt })));
    }
    return act.kind === 'revoke' ? Promise.resolve() : changeAll({ kind: back[act.kind], shares: changed });
  };
  // An end that has passed cannot be set again.
  const past = done.some(({ before }) => Date.parse(before.expiresAt) <= Date.now());
  const canUndo = done.length > 0 && act.kind !== 'revoke' && !(act.kind === 'extend' && past);
  return { kind: act.kind, changed, failures, ...(canUndo ? { undo } : {}) };
}

/** Does an act, and has all lists of shares read again. */
export function useShareAct(): UseMutationResult<Outcome, unknown, ShareAct> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: changeAll,
    onSettled: () => queries.invalidateQueries({ queryKey: ['shares'] }),
  });
}
