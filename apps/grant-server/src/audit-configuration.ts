import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Where anchors go. */
export type AnchorTarget =
  | { readonly to: 'stdout' }
  | { readonly to: 'file'; readonly file: string }
  | { readonly to: 'objects'; readonly bucket: string; readonly prefix: string };

/** How the audit log is anchored. */
export interface AuditConfiguration {
  /** Private key, as PEM. */
  readonly key: string;
  readonly target: AnchorTarget;
}

const NEEDED =
  'must be set together with the key of the audit log (GRANT_AUDIT_KEY or GRANT_AUDIT_KEY_FILE): openssl genpkey -algorithm ed25519';

/** Reads the variables of the audit log. @returns nothing without any of them, and everything that is wrong as lines */
export function readAudit(given: Readonly<Record<string, string | undefined>>): {
  readonly audit?: AuditConfiguration;
  readonly wrong: readonly string[];
} {
  const { GRANT_AUDIT_KEY: text, GRANT_AUDIT_KEY_FILE: file, GRANT_AUDIT_ANCHORS: place } = given;
  if (text === undefined && file === undefined && place === undefined) return { wrong: [] };
  if (place === undefined || (text === undefined && file === undefined)) {
    return { wrong: [`  GRANT_AUDIT_ANCHORS ${NEEDED}`] };
  }
  const target = targetOf(place);
  if (target === undefined) {
    return { wrong: ['  GRANT_AUDIT_ANCHORS must be a file, "stdout", or "oss://my-bucket/anchors/"'] };
  }
  try {
    return { audit: { key: text ?? readFileSync(file ?? '', 'utf8'), target }, wrong: [] };
  } catch (error) {
    return { wrong: [`  GRANT_AUDIT_KEY_FILE must be a file that can be read: ${(error as Error).message}`] };
  }
}

function targetOf(place: string): AnchorTarget | undefined {
  if (place === 'stdout') return { to: 'stdout' };
  if (!place.includes('://')) return { to: 'file', file: path.resolve(place) };
  const [, bucket, prefix] = /^oss:\/\/([a-z0-9-]{3,63})\/((?:[^/].*\/)?)$/.exec(place) ?? [];
  return bucket === undefined || prefix === undefined ? undefined : { to: 'objects', bucket, prefix };
}
