import { allowDownload } from '@ossgrant/credentials-sts';
import { type SessionPolicy, simulatePolicy } from '@ossgrant/credentials-sts/policy';
import type { NewGrant, Scope } from '../api/types.ts';

/** What access is to be handed out. */
export interface GrantInput {
  readonly bucket: string;
  readonly kind: 'prefix' | 'key';
  /** The prefix or key. */
  readonly text: string;
  readonly list: boolean;
  readonly durationSeconds: number;
  readonly sessionName: string;
}

/** The request; nothing as long as it is not complete. */
export function grantOf(input: GrantInput): NewGrant | undefined {
  const { bucket, kind, text, list, durationSeconds, sessionName } = input;
  if (bucket === '' || text === '' || (kind === 'prefix' && !text.endsWith('/'))) return undefined;
  return {
    bucket,
    ...(kind === 'key' ? { keys: [text] } : { prefix: text, list }),
    durationSeconds,
    ...(sessionName.trim() === '' ? {} : { sessionName: sessionName.trim() }),
  };
}

/** How long the user may grant it; 0: not at all. */
export function longestGrant(scopes: readonly Scope[], { bucket, text }: GrantInput): number {
  const fitting = scopes.filter((scope) => scope.bucket === bucket && text.startsWith(scope.prefix));
  return Math.max(0, ...fitting.map(({ longestSeconds }) => longestSeconds));
}

/** The policy that the server asks STS for; nothing where none can name exactly this. */
export function policyOf({ bucket, keys, prefix, list = false }: NewGrant): SessionPolicy | undefined {
  try {
    if (prefix !== undefined) return allowDownload({ bucket, prefix, list });
    return allowDownload({ bucket, key: keys?.[0] ?? '' });
  } catch {
    return undefined;
  }
}

/** Whether the policy lets the key be downloaded. */
export function lets(policy: SessionPolicy, bucket: string, key: string): boolean {
  try {
    return simulatePolicy({ policies: [policy], action: 'oss:GetObject', bucket, key }).decision === 'allow';
  } catch {
    // What cannot be a key cannot be downloaded.
    return false;
  }
}
