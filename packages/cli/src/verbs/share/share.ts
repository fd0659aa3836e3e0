import { safeJson } from '../../output/format.ts';
import type { Output } from '../../output/output.ts';

/** A share as the server's API shows it to its owner, as far as the command reads it. */
export interface Share {
  readonly id: string;
  /** Only where the share was made or copied. */
  readonly url?: string;
  readonly state: string;
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly prefix?: string;
  readonly label?: string;
  readonly limits: { readonly maxUses?: number; readonly ip?: readonly string[]; readonly password: boolean };
  readonly uses: number;
  readonly notBefore?: string;
  readonly expiresAt: string;
}

/** Writes a share: its facts, or all that the server sent as one line of JSON. */
export async function writeShare(share: Share, stdout: Output, json: boolean): Promise<void> {
  if (json) return stdout.line(safeJson(share));
  const { limits } = share;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['id', share.id],
    ['state', share.state],
    ['objects', objectsOf(share)],
    ['label', share.label],
    ['uses', usesOf(share)],
    ['not before', share.notBefore],
    ['ends', share.expiresAt],
    ['addresses', limits.ip?.join(', ')],
    ['password', limits.password ? 'yes' : undefined],
    ['url', share.url],
  ];
  for (const [name, value] of facts) if (value !== undefined) await stdout.line(`${name.padEnd(11)}${value}`);
}

/** Writes a share as one line of a list: id, state, uses, end, objects, label. */
export async function writeRow(share: Share, stdout: Output, json: boolean): Promise<void> {
  if (json) return stdout.line(safeJson(share));
  const label = share.label === undefined ? '' : `  ${share.label}`;
  await stdout.line(
    `${share.id}  ${share.state.padEnd(7)}  ${usesOf(share).padStart(7)}  ${share.expiresAt.slice(0, 16)}Z  ${objectsOf(share)}${label}`,
  );
}

function usesOf({ uses, limits }: Share): string {
  return limits.maxUses === undefined ? `${uses}` : `${uses}/${limits.maxUses}`;
}

function objectsOf({ bucket, keys, prefix }: Share): string {
  if (prefix !== undefined) return `oss://${bucket}/${prefix}`;
  const more = keys.length === 1 ? '' : ` and ${keys.length - 1} more`;
  return `oss://${bucket}/${keys[0] ?? ''}${more}`;
}
