import { CredentialError, type OssErrorInfo } from '@ossgrant/signer-core';
import { classify, type Classification } from './classify.ts';

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
