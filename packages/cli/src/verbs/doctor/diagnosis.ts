import { parseOssError, type OssErrorInfo } from '@ossgrant/signer-core';
import type { Cause, Explanation, LineDifference } from '@ossgrant/url-presigner/explain';
import { exitCodeOfRefusal } from '../../connection/oss-refusal.ts';
import { EXIT, type ExitCode } from '../../failure/cli-error.ts';

/** What is known of a request in the end. Holds no secret, token or signature. */
export interface Diagnosis extends Partial<Explanation> {
  readonly causes: readonly Cause[];
  /** What the server said. */
  readonly server?: Partial<OssErrorInfo>;
  /** The status with which a probe was answered. */
  readonly probed?: number;
  readonly exitCode: ExitCode;
}

const CAUSE_CODES: Readonly<Record<string, ExitCode>> = {
  EXPIRED: EXIT.expired,
  TOKEN_EXPIRED: EXIT.expired,
  TOKEN_MISSING: EXIT.credentials,
  TOKEN_OF_ANOTHER_KEY: EXIT.credentials,
  V1_REFUSED: EXIT.failure,
  CLOCK_SKEWED: EXIT.failure,
  NOT_YET_VALID: EXIT.failure,
};

/** Puts together what the request, the server's words and a probe tell. */
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
    ...(server === undefined ? {} : { server }),
    ...(probed === undefined ? {} : { probed }),
    exitCode: exitCodeFor(causes[0], server),
  };
}

function exitCodeFor(cause: Cause | undefined, server: Partial<OssErrorInfo> | undefined): ExitCode {
  if (cause !== undefined) return CAUSE_CODES[cause.code] ?? EXIT.signatureMismatch;
  return server === undefined ? EXIT.ok : exitCodeOfRefusal(server.code, server.status ?? 0);
}

function readServer(error: string, status: number | undefined): Partial<OssErrorInfo> {
  // A header's value is base64, which no body starts like.
  const isHeader = !/^\s*[<{]/.test(error);
  const { status: _, ...info } = parseOssError({
    status: status ?? 0,
    header: (name) => (isHeader && name === 'x-oss-err' ? error.trim() : undefined),
    ...(isHeader ? {} : { body: error }),
  });
  return status === undefined ? info : { status, ...info };
}

/** What to do about a refusal whose cause is not in the signature, by OSS's Code; the empty name is for all others. */
export const REFUSALS: Readonly<Record<string, string>> = {
  AccessDenied: 'the signature is right, and its owner may not do this: look at RAM, role, session and bucket policies',
  InvalidAccessKeyId: 'the key id is unknown or disabled: sign with another',
  InvalidSecurityToken: 'sign again with fresh temporary credentials, and keep key and token together',
  SecurityTokenExpired: 'sign again with fresh temporary credentials',
  SignatureDoesNotMatch: 'give the link, too (ossgrant doctor URL --error FILE): the cause is found by comparing',
  RequestTimeTooSkewed: 'set the clock of the machine that signs',
  NoSuchKey: 'there is no such object: compare the key letter by letter, with its case and its slashes',
  NoSuchBucket: 'there is no such bucket: is it in another region, or misspelt?',
  NoSuchVersion: 'that version has been deleted',
  InvalidObjectState: 'the object is archived: restore it first',
  '': 'https://api.alibabacloud.com/troubleshoot takes the request id and the EC number',
};

/** A diagnosis in words. */
export function diagnosisLines(diagnosis: Diagnosis): readonly string[] {
  const { causes, server, probed, signatureMatches, comparison } = diagnosis;
  const lines = causes.flatMap(({ code, certainty, message, fix }) => [
    `${certainty === 'certain' ? 'cause' : 'perhaps'}: ${message} (${code})`,
    `  fix: ${fix}`,
  ]);
  if (server !== undefined) {
    const details = [server.message, server.ec && `EC ${server.ec}`, server.requestId && `request ${server.requestId}`];
    lines.push(`server: ${[server.status, server.code].filter(Boolean).join(' ') || 'no answer of OSS'}`);
    lines.push(...details.filter((detail) => Boolean(detail)).map((detail) => `  ${detail}`));
    if (causes.length === 0) lines.push(`  fix: ${REFUSALS[server.code ?? ''] ?? REFUSALS['']}`);
  } else if (probed !== undefined) lines.push(`server: ${probed}, the link works`);
  if (signatureMatches !== undefined) {
    lines.push(
      `signature: ${signatureMatches ? 'what this secret makes of the request' : 'not what this secret makes'}`,
    );
  }
  lines.push(...differences('canonical request', comparison?.canonicalRequest));
  lines.push(...differences('string to sign', comparison?.stringToSign));
  return lines.length > 0 ? lines : ['nothing is wrong with it as far as it tells by itself; --probe asks the server'];
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
