import { defined } from '@ossgrant/credentials-core/internal';
import { parseOssError, type OssErrorInfo } from '@ossgrant/signer-core';
import type { Cause, Explanation, LineDifference } from '@ossgrant/url-presigner/explain';
import { exitCodeOfRefusal, REFUSAL_FIXES } from '../../connection/oss-refusal.ts';
import { EXIT, type ExitCode } from '../../failure/cli-error.ts';

/** The findings about a request. Holds no secret, token or signature. */
export interface Diagnosis extends Partial<Explanation> {
  readonly causes: readonly Cause[];
  /** The server's refusal. */
  readonly server?: Partial<OssErrorInfo>;
  /** The status of the response to a probe. */
  readonly probed?: number;
  readonly exitCode: ExitCode;
}

const CAUSE_CODES: Readonly<Record<string, ExitCode>> = {
  EXPIRED: EXIT.expired,
  TOKEN_EXPIRED: EXIT.expired,
  TOKEN_MISSING: EXIT.credentials,
  TOKEN_OF_ANOTHER_KEY: EXIT.credentials,
  TOKEN_INVALID: EXIT.credentials,
  KEY_UNKNOWN: EXIT.credentials,
  NO_PERMISSION: EXIT.policyDenies,
  REFERER_DENIED: EXIT.policyDenies,
  STYLE_ONLY: EXIT.policyDenies,
  APP_ON_DEFAULT_DOMAIN: EXIT.failure,
  WRONG_ENDPOINT: EXIT.failure,
  V1_REFUSED: EXIT.failure,
  CLOCK_SKEWED: EXIT.failure,
  NOT_YET_VALID: EXIT.failure,
};

/** Combines the evidence of the request, the server's refusal and a probe. */
export function diagnose(facts: {
  readonly explanation?: Explanation;
  readonly error?: string;
  readonly probed?: number;
}): Diagnosis {
  const { explanation, error, probed } = facts;
  const server = error === undefined ? undefined : readServer(error, probed);
  const isAccepted = probed !== undefined && error === undefined;
  const causes = isAccepted ? [] : (explanation?.causes ?? []);
  return {
    ...explanation,
    causes,
    ...defined({ server, probed }),
    exitCode: exitCodeFor(causes[0], server),
  };
}

function exitCodeFor(cause: Cause | undefined, server: Partial<OssErrorInfo> | undefined): ExitCode {
  if (cause !== undefined) return CAUSE_CODES[cause.code] ?? EXIT.signatureMismatch;
  return server === undefined ? EXIT.ok : exitCodeOfRefusal(server.code, server.status ?? 0);
}

function readServer(error: string, status: number | undefined): Partial<OssErrorInfo> {
  // The header's value is Base64, and no body starts like that.
  const isHeader = !/^\s*[<{]/.test(error);
  const { status: _, ...info } = parseOssError({
    status: status ?? 0,
    header: (name) => (isHeader && name === 'x-oss-err' ? error.trim() : undefined),
    ...(isHeader ? {} : { body: error }),
  });
  return status === undefined ? info : { status, ...info };
}

// A mismatch cannot be explained from the error alone.
const WITHOUT_LINK = 'give the link as well: ossgrant doctor URL --error FILE compares it with the error';
const UNKNOWN = 'look up the EC number and request ID at https://api.alibabacloud.com/troubleshoot';

function fixOfRefusal(code: string | undefined): string {
  return code === 'SignatureDoesNotMatch' ? WITHOUT_LINK : (REFUSAL_FIXES[code ?? ''] ?? UNKNOWN);
}

const LEADS: Readonly<Record<Cause['certainty'], string>> = {
  proved: 'cause',
  named: 'cause',
  likely: 'probably',
  possible: 'perhaps',
};

/** A diagnosis in words. */
export function diagnosisLines(diagnosis: Diagnosis): readonly string[] {
  const { causes, server, probed, signatureMatches, comparison } = diagnosis;
  const lines = causes.flatMap(({ code, certainty, message, fix }) => [
    `${LEADS[certainty]}: ${message} (${code})`,
    `  fix: ${fix}`,
  ]);
  if (server !== undefined) {
    const details = [server.message, server.ec && `EC ${server.ec}`, server.requestId && `request ${server.requestId}`];
    lines.push(`server: ${[server.status, server.code].filter(Boolean).join(' ') || 'not an OSS error'}`);
    lines.push(...details.filter((detail) => Boolean(detail)).map((detail) => `  ${detail}`));
    if (causes.length === 0) lines.push(`  fix: ${fixOfRefusal(server.code)}`);
  } else if (probed !== undefined) lines.push(`server: ${probed}, the link works`);
  if (signatureMatches !== undefined) {
    lines.push(`signature: ${signatureMatches ? 'matches' : 'does not match'} this secret and request`);
  }
  lines.push(...differences('canonical request', comparison?.canonicalRequest));
  lines.push(...differences('string to sign', comparison?.stringToSign));
  return lines.length > 0 ? lines : ['found no fault in the link itself; add --probe to ask the server'];
}

function differences(what: string, found: readonly LineDifference[] = []): readonly string[] {
  if (found.length === 0) return [];
  return [
    `the server's ${what} differs:`,
    ...found.flatMap(({ line, ours, server }) => [
      `  line ${line} here:   ${ours ?? '(none)'}`,
      `  line ${line} server: ${server ?? '(none)'}`,
    ]),
  ];
}
