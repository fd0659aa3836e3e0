import type { NewShare, NewUrls } from '../api/types.ts';
import type { LinkTarget } from './target.ts';

/** What the user has chosen for a link. */
export interface LinkInput {
  readonly kind: 'share' | 'direct';
  /** Of several objects: one share, or a share for each. */
  readonly many: 'one' | 'each';
  readonly lifeSeconds: number;
  /** Instead of `lifeSeconds`. */
  readonly end: Date | undefined;
  readonly filename: string;
  readonly disposition: 'attachment' | 'inline';
  readonly process: string;
  readonly host: string;
  readonly isV1: boolean;
  /** In Mbit/s. */
  readonly traffic: string;
  readonly address: string;
  readonly uses: string;
  readonly password: string;
  readonly label: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Lives that the slider stops at, in seconds. */
export const LIVES: readonly number[] = [
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  90 * DAY,
  180 * DAY,
  365 * DAY,
];

export const FIRST_INPUT: LinkInput = {
  kind: 'share',
  many: 'one',
  lifeSeconds: 7 * DAY,
  end: undefined,
  filename: '',
  disposition: 'attachment',
  process: '',
  host: '',
  isV1: false,
  traffic: '',
  address: '',
  uses: '',
  password: '',
  label: '',
};

/** Fields that are wrong before any server is asked. */
export function wrongFields({ kind, traffic, uses, end }: LinkInput, now: number): readonly (keyof LinkInput)[] {
  const wrong: (keyof LinkInput)[] = [];
  if (kind === 'direct' && traffic !== '' && !isWhole(traffic, 1, 100)) wrong.push('traffic');
  if (kind === 'share' && uses !== '' && !isWhole(uses, 1, 1_000_000_000)) wrong.push('uses');
  if (end !== undefined && end.getTime() <= now) wrong.push('end');
  return wrong;
}

function isWhole(text: string, least: number, most: number): boolean {
  return /^\d{1,10}$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

/** The fields that shares and direct URLs have in common. */
function common(target: LinkTarget, input: LinkInput): Omit<NewShare & NewUrls, 'keys'> & Pick<NewShare, 'keys'> {
  const { end, lifeSeconds, filename, disposition, process, host } = input;
  const [only, ...others] = target.keys ?? [];
  const single = only !== undefined && others.length === 0;
  return {
    bucket: target.bucket,
    ...(single ? { key: only } : {}),
    ...(target.keys !== undefined && !single ? { keys: target.keys } : {}),
    ...(end === undefined ? { expiresIn: lifeSeconds } : { expiresAt: end.toISOString() }),
    ...(single && filename.trim() !== '' ? { filename: filename.trim() } : {}),
    disposition,
    ...(process.trim() === '' ? {} : { process: process.trim() }),
    ...(host === '' ? {} : { host }),
  };
}

/** The request for a share. */
export function shareOf(target: LinkTarget, input: LinkInput): NewShare {
  const { address, uses, password, label } = input;
  return {
    ...common(target, input),
    ...(target.prefix === undefined ? {} : { prefix: target.prefix }),
    ...(address.trim() === '' ? {} : { ip: address.split(/[\s,]+/).filter((part) => part !== '') }),
    ...(uses.trim() === '' ? {} : { maxUses: Number(uses) }),
    ...(password === '' ? {} : { password }),
    ...(label.trim() === '' ? {} : { label: label.trim() }),
  };
}

/** The request for direct URLs. */
export function urlsOf(target: LinkTarget, input: LinkInput): NewUrls {
  const { isV1, traffic, address } = input;
  return {
    ...common(target, input),
    ...(isV1 ? { version: 'v1' as const } : {}),
    ...(traffic.trim() === '' ? {} : { trafficLimit: Math.max(819_200, Number(traffic) * 1_000_000) }),
    ...(address.trim() === '' ? {} : { sourceIp: address.trim() }),
  };
}

/** Objects whose names are checked before there are links: a server takes no more at once. */
const CHECKED = 1000;

/**
 * The request that only checks. A share signs a new URL for each visit, so its own end does not matter here; what cannot be signed
 * for the first object cannot be signed for a visitor.
 */
export function checkOf(target: LinkTarget, input: LinkInput): NewUrls {
  if (input.kind === 'direct') {
    const some = target.keys === undefined ? target : { ...target, keys: target.keys.slice(0, CHECKED) };
    return { ...urlsOf(some, input), dryRun: true };
  }
  const { expiresAt: _, expiresIn: __, keys, ...rest } = common(target, input);
  const key = keys?.[0] ?? (target.prefix === undefined ? undefined : `${target.prefix}x`);
  return { ...rest, ...(key === undefined ? {} : { key }), expiresIn: MINUTE, dryRun: true };
}
