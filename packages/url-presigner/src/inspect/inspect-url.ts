import { systemClock } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { ScopeV4 } from '@ossgrant/signer-core/steps';
import { claimInUrl, SIGNATURE_PARAMETERS, type Scheme } from './claim.ts';
import { linkWarnings, type LinkWarning } from './link-warnings.ts';
import { objectOf, parseLink, readHost, type HostKind } from './read-link.ts';

/** What a signed link says about itself. Holds neither the signature nor the token: safe to log. */
export interface LinkInspection {
  readonly scheme: Scheme;
  readonly host: string;
  readonly hostKind: HostKind;
  /** Absent for a custom domain: its links do not name the bucket. */
  readonly bucket?: string;
  readonly key?: string;
  /** Parameters other than the signature's own, decoded. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Key id of the signer, shortened: `LTAI…pl01`. */
  readonly accessKeyId?: string;
  /** V4 only: day, region and product. */
  readonly scope?: ScopeV4;
  /** Header names that are signed beyond the usual ones. */
  readonly additionalHeaders: readonly string[];
  /** The instant that the signature names. V1 has none. */
  readonly start?: Date;
  readonly end?: Date;
  /** Until `end`, in whole seconds; negative when it is past. */
  readonly secondsLeft?: number;
  readonly hasToken: boolean;
  readonly warnings: readonly LinkWarning[];
}

/** Options of `inspectUrl`. */
export interface InspectOptions {
  /** @default the system's clock */
  readonly now?: Date;
}

/**
 * Reads a signed URL of OSS (V1, V2, V4) or of S3, without a network and without a secret.
 *
 * @throws TypeError when the text is not an http or https URL
 */
export function inspectUrl(text: string, options: InspectOptions = {}): LinkInspection {
  const now = options.now ?? new Date(systemClock.now());
  const link = parseLink(text);
  const claim = claimInUrl(link);
  const { accessKeyId, scope, start, end } = claim;
  const granted = link.parameters.filter(({ name }) => !SIGNATURE_PARAMETERS.has(name));
  return {
    scheme: claim.scheme,
    host: link.host,
    hostKind: readHost(link.hostname).kind,
    ...objectOf(link),
    parameters: Object.fromEntries(granted.map(({ name, value }) => [name, value])),
    ...defined({ accessKeyId: accessKeyId === undefined ? undefined : shortened(accessKeyId), scope }),
    additionalHeaders: claim.additionalHeaders,
    ...defined({ start, end, secondsLeft: end === undefined ? undefined : secondsBetween(now, end) }),
    hasToken: Boolean(claim.token),
    warnings: linkWarnings(link, claim, now),
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / 1000);
}

function shortened(accessKeyId: string): string {
  return accessKeyId.length <= 8
    ? `${accessKeyId.slice(0, 2)}…`
    : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}
