import { parseOssError, type OssErrorInfo } from '@ossgrant/signer-core';
import type { Cause, Explanation } from '@ossgrant/url-presigner/explain';
import { EXIT, type ExitCode } from '../../exit-codes.ts';
import { exitCodeOfRefusal } from '../../oss/oss-refusal.ts';

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
