import type { z } from '@hono/zod-openapi';
import type { Context } from '../context.ts';
import { Problem, type Standing } from '../problem.ts';
import type { NewShare, Share } from '../records.ts';
import type { shareSchema } from './schemas.ts';

/** Why a share gives nothing now; `undefined` when it gives. */
export function standingOf(share: Share, now: number): Standing | undefined {
  if (share.state !== 'active') return share.state;
  if (share.expiresAt.getTime() <= now) return 'expired';
  if (share.notBefore !== undefined && share.notBefore.getTime() > now) return 'not-yet';
  return share.maxUses !== undefined && share.uses >= share.maxUses ? 'used-up' : undefined;
}

/** A share as its owner sees it; JSON leaves out what is undefined. */
export function shareView(share: Share, now: number, url?: string): z.infer<typeof shareSchema> {
  const { facts } = share;
  return {
    id: share.id,
    owner: share.owner,
    state: standingOf(share, now) ?? 'active',
    revision: share.revision,
    bucket: share.bucket,
    keys: [...facts.keys],
    allow: [...(facts.allow ?? [])],
    limits: {
      maxUses: share.maxUses,
      ip: facts.ip === undefined ? undefined : [...facts.ip],
      password: share.password !== undefined,
    },
    uses: share.uses,
    expiresAt: share.expiresAt.toISOString(),
    createdAt: share.createdAt.toISOString(),
    url,
    prefix: facts.prefix,
    versionId: facts.versionId,
    filename: facts.filename,
    disposition: facts.disposition,
    process: facts.process,
    host: facts.host,
    label: share.label,
    previewSeconds: facts.previewSeconds,
    resume: facts.resume,
    notBefore: share.notBefore?.toISOString(),
    lastUsedAt: share.lastUsedAt?.toISOString(),
  };
}

/** The share's address. @throws Problem when its key is gone */
export function addressOf(context: Context, share: Pick<NewShare, 'id' | 'tokenVersion'>): string {
  try {
    return context.address('share', share.id, share.tokenVersion);
  } catch (error) {
    throw new Problem('not-possible', (error as Error).message);
  }
}

/** A share that was just made, as its owner sees it. */
export function createdView(context: Context, share: NewShare, owner: string, at: number): z.infer<typeof shareSchema> {
  // A literal: a copy by spread takes longer than everything else here, and a batch makes thousands.
  const kept: Share = {
    id: share.id,
    tokenVersion: share.tokenVersion,
    owner,
    bucket: share.bucket,
    facts: share.facts,
    label: share.label,
    password: share.password,
    state: 'active',
    revision: 1,
    maxUses: share.maxUses,
    uses: 0,
    notBefore: share.notBefore,
    expiresAt: share.expiresAt,
    createdAt: new Date(at),
  };
  return shareView(kept, at, addressOf(context, share));
}
