import { defined } from '@ossgrant/credentials-core/internal';
import type { Facts } from './facts.ts';
import { recomputeTexts } from './recompute.ts';

/** A line in which two texts differ. Tokens are masked. */
export interface LineDifference {
  /** From 1. */
  readonly line: number;
  /** As computed from the request; absent past its end. */
  readonly ours?: string;
  /** As the server computed it; absent past its end. */
  readonly server?: string;
}

/** Where this computation and the server's differ. Empty: they agree. */
export interface TextComparison {
  /** V4 only, and only when the server echoed it. */
  readonly canonicalRequest?: readonly LineDifference[];
  /** Only when the server echoed it. */
  readonly stringToSign?: readonly LineDifference[];
}

/** Compares the texts computed here with those that the server echoed, line by line. */
export function compareTexts(facts: Facts): TextComparison {
  const ours = recomputeTexts(facts.sent, facts.claim);
  const { canonicalRequest, stringToSign } = facts.error;
  return defined({
    canonicalRequest: differences(ours?.canonicalRequest, canonicalRequest),
    stringToSign: differences(ours?.stringToSign, stringToSign),
  });
}

function differences(ours: string | undefined, server: string | undefined): readonly LineDifference[] | undefined {
  if (ours === undefined || server === undefined) return undefined;
  const [a, b] = [maskTokens(ours).split('\n'), maskTokens(server).split('\n')];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index)
    .filter((index) => a[index] !== b[index])
    .map((index) => ({ line: index + 1, ...defined({ ours: a[index], server: b[index] }) }));
}

// By name, not by value: the server's text may hold another token than the one known here.
function maskTokens(text: string): string {
  return text
    .replace(/(security-token[=:])[^&\n]*/gi, '$1[redacted]')
    .replace(/((?:^|[?&])(?:x-oss-|x-amz-)?signature=)[^&\n]*/gim, '$1[redacted]');
}
