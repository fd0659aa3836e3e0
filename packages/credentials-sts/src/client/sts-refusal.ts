import { type CredentialErrorCode, type RejectionReason, CredentialError } from '@ossgrant/credentials-core';
import type { OssErrorInfo } from '@ossgrant/signer-core';

/** What a refusal of STS means for the caller. */
export interface Classification {
  readonly code: CredentialErrorCode;
  readonly retryable: boolean;
  /** Set when it is the calling key that was refused. */
  readonly callerRejected?: RejectionReason;
}

const RULES: readonly (readonly [pattern: RegExp, classification: Classification])[] = [
  // A status of 400, not 429: the code decides.
  [/^Throttling/, { code: 'THROTTLED', retryable: true }],
  [/^InvalidAccessKeyId/, { code: 'DENIED', retryable: false, callerRejected: 'unknown-key' }],
  [/^InvalidSecurityToken\.Expired/, { code: 'EXPIRED', retryable: true, callerRejected: 'expired' }],
  [
    /^(InvalidSecurityToken|MissingSecurityToken)/,
    { code: 'DENIED', retryable: false, callerRejected: 'invalid-token' },
  ],
  [/^(NoPermission|EntityNotExist|AuthenticationFail|Forbidden)/, { code: 'DENIED', retryable: false }],
  // A new nonce, or a corrected clock, may help.
  [/^(SignatureNonceUsed|InvalidTimeStamp\.Expired|IllegalTimestamp)/, { code: 'UNAVAILABLE', retryable: true }],
  [/^(InternalError|ServiceUnavailable)/, { code: 'UNAVAILABLE', retryable: true }],
];

/** Classifies by Code first, and by HTTP status only when there is none: one code comes with different statuses. */
export function classify(info: OssErrorInfo): Classification {
  const rule = RULES.find(([pattern]) => info.code !== undefined && pattern.test(info.code));
  if (rule !== undefined) return rule[1];
  if (info.code === undefined && info.status === 429) return { code: 'THROTTLED', retryable: true };
  if (info.code === undefined && info.status >= 500) return { code: 'UNAVAILABLE', retryable: true };
  return { code: 'INVALID_CONFIG', retryable: false };
}

/** The headers of a refusal that say something. */
export interface RefusalHeaders {
  /** The server's time. */
  readonly serverDate?: Date;
  readonly retryAfterMs?: number;
}

/** A refusal by STS, with what it means. */
export class StsRefusal extends CredentialError {
  readonly classification: Classification;
  declare readonly serverDate?: Date;

  constructor(action: string, info: OssErrorInfo, headers: RefusalHeaders) {
    const classification = classify(info);
    const { code: serviceCode, message, requestId, status } = info;
    const said = serviceCode === undefined ? `HTTP ${status}` : `${serviceCode} (HTTP ${status}): ${message ?? ''}`;
    super(`STS ${action} was refused: ${said.trim()}`, {
      code: classification.code,
      retryable: classification.retryable,
      status,
      ...(serviceCode === undefined ? {} : { serviceCode }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(headers.retryAfterMs === undefined ? {} : { retryAfterMs: headers.retryAfterMs }),
    });
    this.classification = classification;
    if (headers.serverDate !== undefined) this.serverDate = headers.serverDate;
  }
}
