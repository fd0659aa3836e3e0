import {
  checkArgument,
  defined,
  optional,
  optionsCheck,
  systemClock,
  takes,
} from '@ossgrant/credentials-core/internal';
import { isSecretName, redactText } from '@ossgrant/signer-core';
import type { ScopeV4 } from '@ossgrant/signer-core/steps';
import { claimInUrl, LINK_SIGNATURE_PARAMETERS, type Claim, type Scheme } from './claim.ts';
import { latestEnd, linkWarnings, type LinkWarning } from './link-warnings.ts';
import { objectOf, parseLink, readHost, trimLink, type HostKind, type ParsedLink } from './read-link.ts';

/** The facts that a signed link states. Holds neither a signature nor a token, however the link was damaged: safe to log. */
export interface LinkInspection {
  /** How the link is signed. */
  readonly scheme: Scheme;
  /** Host and port of the link. */
  readonly host: string;
  /** The kind of that host. */
  readonly hostKind: HostKind;
  /** Absent for a custom domain: its links do not name the bucket. */
  readonly bucket?: string;
  /** Object key, decoded. Absent when the link names none. */
  readonly key?: string;
  /** Parameters other than the signature's own, decoded. Of several with one name, the first, which is what servers read. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Key id of the signer, shortened: `LTAI…pl01`. */
  readonly accessKeyId?: string;
  /** V4 only: day, region and product. */
  readonly scope?: ScopeV4;
  /** Header names that are signed beyond the usual ones. */
  readonly additionalHeaders: readonly string[];
  /** The instant that the signature names. V1 has none. */
  readonly start?: Date;
  /**
   * The latest instant at which the link can work: the end that it names or, where that is sooner, twelve hours after the signature
   * of temporary credentials. Absent when it names none that OSS accepts.
   */
  readonly end?: Date;
  /** Until `end`, in whole seconds; negative when it is past. */
  readonly secondsLeft?: number;
  /** Whether temporary credentials signed it. */
  readonly hasToken: boolean;
  /** Faults that harm the holder or the owner; empty when there are none. */
  readonly warnings: readonly LinkWarning[];
}

/** Options of `inspectUrl`. */
export interface InspectOptions {
  /** @default the system's clock */
  readonly now?: Date;
}

const checkInspect = optionsCheck<InspectOptions>('inspectUrl', { now: optional(takes.date) });

/**
 * Reads a signed URL of OSS (V1, V2, V4) or of S3, without a network and without a secret. Blanks, quotes and angle brackets around
 * it are ignored.
 *
 * @throws TypeError when the text is not an http or https URL
 * @throws RangeError when it is longer than 32,768 characters
 */
export function inspectUrl(text: string, options: InspectOptions = {}): LinkInspection {
  checkArgument('inspectUrl', 'text', text, takes.text);
  checkInspect(options);
  const now = options.now ?? new Date(systemClock.now());
  const link = parseLink(trimLink(text));
  const claim = claimInUrl(link);
  const safe = redactor(link, claim);
  const end = latestEnd(claim, now);
  const { bucket, key } = objectOf(link);
  return {
    scheme: claim.scheme,
    host: safe(link.host),
    hostKind: readHost(link.hostname).kind,
    ...defined({
      bucket: bucket === undefined ? undefined : safe(bucket),
      key: key === undefined ? undefined : safe(key),
    }),
    parameters: parametersOf(link, safe),
    ...defined({ accessKeyId: claim.accessKeyId && shortened(claim.accessKeyId), scope: scopeOf(claim, safe) }),
    additionalHeaders: claim.additionalHeaders.map(safe),
    ...defined({ start: claim.start, end, secondsLeft: end === undefined ? undefined : secondsBetween(now, end) }),
    hasToken: Boolean(claim.token),
    warnings: linkWarnings(link, claim, now).map(({ code, message }) => ({ code, message: safe(message) })),
  };
}

type Redact = (text: string) => string;

// By name and shape, then by value: a secret that was found in one place is in no other.
function redactor(link: ParsedLink, claim: Claim): Redact {
  const secretOnes = link.parameters.filter(({ name }) => isSecretName(name));
  const values = [claim.signature, claim.token, ...secretOnes.flatMap(({ value, rawValue }) => [value, rawValue])];
  const secrets = values.filter((value): value is string => typeof value === 'string' && value.length >= 8);
  return (text) => {
    const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), redactText(text));
    return masked.replace(/\b(?:LTAI|STS\.|AKIA)\w{6,}/g, shortened);
  };
}

// Signatures in hex, and in Base64 of 20 and of 32 bytes: text that looks so is one, whatever its name.
const SIGNATURE = /^(?:[0-9a-f]{64}|[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=)$/i;

function parametersOf(link: ParsedLink, safe: Redact): Readonly<Record<string, string | null>> {
  const shown = new Map<string, string | null>();
  for (const { name, value } of link.parameters) {
    if (LINK_SIGNATURE_PARAMETERS.has(name) || shown.has(safe(name))) continue;
    const isSecret = value !== null && value !== '' && (isSecretName(name) || SIGNATURE.test(value));
    shown.set(safe(name), isSecret ? '[redacted]' : value && safe(value));
  }
  return Object.fromEntries(shown);
}

function scopeOf({ scope }: Claim, safe: Redact): ScopeV4 | undefined {
  return scope && { day: safe(scope.day), region: safe(scope.region), product: safe(scope.product) };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / 1000);
}

function shortened(accessKeyId: string): string {
  return accessKeyId.length <= 8
    ? `${accessKeyId.slice(0, 2)}…`
    : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
}
