import { CredentialError, type CredentialErrorCode, type RejectionReason } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { OssErrorInfo } from '@ossgrant/signer-core';

/** The meaning of a refusal for the caller. */
interface Classification {
  readonly code: CredentialErrorCode;
  readonly retryable: boolean;
  /** Set when STS refused the calling key. */
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

/** Classifies by Code, and by HTTP status only when there is none: one code comes with different statuses. */
function classify(info: OssErrorInfo): Classification {
  const rule = RULES.find(([pattern]) => info.code !== undefined && pattern.test(info.code));
  if (rule !== undefined) return rule[1];
  if (info.code === undefined && info.status === 429) return { code: 'THROTTLED', retryable: true };
  if (info.code === undefined && info.status >= 500) return { code: 'UNAVAILABLE', retryable: true };
  return { code: 'INVALID_CONFIG', retryable: false };
}

/** The headers of a refusal that matter. */
export interface RefusalHeaders {
  /** The server's time. */
  readonly serverDate?: Date;
  readonly retryAfterMs?: number;
}

/** A refusal by STS, classified. */
export class StsRefusal extends CredentialError {
  readonly classification: Classification;
  declare readonly serverDate?: Date;

  constructor(action: string, info: OssErrorInfo, headers: RefusalHeaders) {
    const classification = classify(info);
    const { code: serviceCode, message, requestId, status } = info;
    const reason = serviceCode === undefined ? `HTTP ${status}` : `${serviceCode} (HTTP ${status}): ${message ?? ''}`;
    super(`STS ${action} was refused: ${reason.trim()}`, {
      code: classification.code,
      retryable: classification.retryable,
      status,
      ...defined({ serviceCode, requestId, retryAfterMs: headers.retryAfterMs }),
    });
    this.classification = classification;
    if (headers.serverDate !== undefined) this.serverDate = headers.serverDate;
  }
}
