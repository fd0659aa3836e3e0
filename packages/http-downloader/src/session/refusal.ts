import type { Clock, RejectionReason } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { MAX_ERROR_BODY_BYTES, parseOssError, type OssErrorInfo } from '@ossgrant/signer-core';
import { DownloadError, type DownloadErrorCode } from '../download-error.ts';
import type { TransportResponse } from '../transport/transport.ts';
import { createSpeedWatch, type SpeedWatch } from './limits.ts';
import { readRetryAfter } from './retry-after.ts';

/** A refusal, and what could overcome it. */
export interface Refusal {
  readonly error: DownloadError;
  /** A newer link or key may be accepted. */
  readonly rejection?: 'link-expired' | RejectionReason;
  /** The server's clock, when it is the local one that is off. */
  readonly serverTime?: Date;
}

interface Meaning {
  readonly code: DownloadErrorCode;
  readonly reason: string;
  readonly rejection?: Refusal['rejection'];
}

/**
 * Reads a refusal, up to 64 KiB and while it comes fast enough, and gives up its connection.
 *
 * @param clock also gives `Retry-After` dates their meaning
 */
export async function readRefusal(
  response: TransportResponse,
  clock: Clock,
  minBytesPerSecond: number,
): Promise<Refusal> {
  const now = clock.now();
  const body = await readStart(response, clock, createSpeedWatch(minBytesPerSecond));
  const info = parseOssError({ status: response.status, header: (name) => response.header(name), body });
  const meaning = meaningOf(info);
  const retryAfterMs = readRetryAfter((name) => response.header(name), now);
  const { status, code: serviceCode, ec, requestId, serverTime } = info;
  const facts = [`HTTP ${status}`, serviceCode, ec && `EC ${ec}`, requestId && `request ${requestId}`];
  return {
    error: new DownloadError(`${meaning.reason} (${facts.filter(Boolean).join(', ')})`, {
      code: meaning.code,
      retryable: meaning.code === 'HTTP_STATUS' && isPassing(status),
      status,
      ...defined({ serviceCode, ec, requestId, retryAfterMs }),
    }),
    ...defined({
      rejection: meaning.rejection,
      serverTime: meaning.code === 'CLOCK_SKEW' ? serverTime : undefined,
    }),
  };
}

// 200: a page of something on the way.
function isPassing(status: number): boolean {
  return status >= 500 || [200, 408, 429].includes(status);
}

function meaningOf({ status, code, ec, message }: OssErrorInfo): Meaning {
  switch (code) {
    case 'SecurityTokenExpired':
      return { code: 'CREDENTIALS_REJECTED', reason: 'the temporary credentials have expired', rejection: 'expired' };
    case 'InvalidAccessKeyId':
      // OSS says this of an expired temporary key, too.
      return { code: 'CREDENTIALS_REJECTED', reason: 'OSS does not know the key id', rejection: 'unknown-key' };
    case 'InvalidSecurityToken':
    case 'AccessKeyIdAndSecurityTokenNotMatch':
      return { code: 'CREDENTIALS_REJECTED', reason: 'OSS refused the security token', rejection: 'invalid-token' };
    case 'RequestTimeTooSkewed':
      return { code: 'CLOCK_SKEW', reason: 'the local clock is more than 15 minutes off' };
    case 'SignatureDoesNotMatch':
      return {
        code: 'SIGNATURE_MISMATCH',
        reason: 'the signature does not match: the link or request was changed, or signed wrongly',
      };
    case 'NoSuchKey':
    case 'NoSuchBucket':
    case 'NoSuchVersion':
    case 'SymlinkTargetNotExist':
      return { code: 'NOT_FOUND', reason: 'the object or bucket does not exist' };
    case 'AccessDenied':
      if (ec === '0002-00000069' || message?.startsWith('Request has expired')) {
        return { code: 'LINK_EXPIRED', reason: 'the link has expired', rejection: 'link-expired' };
      }
      return { code: 'ACCESS_DENIED', reason: 'access was denied' };
    default:
      return {
        code: 'HTTP_STATUS',
        reason: `unexpected response${unexpected(status)}`,
      };
  }
}

function unexpected(status: number): string {
  if (status === 200) return ': a page instead of the object, without any header of OSS';
  if (status === 407) return ': the proxy asks for another user name and password';
  return status >= 300 && status < 400 ? ': this redirect is not followed' : '';
}

async function readStart(response: TransportResponse, clock: Clock, watch: SpeedWatch): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_ERROR_BODY_BYTES);
  let size = 0;
  try {
    while (size < bytes.length) {
      const since = clock.monotonic();
      const next = await response.read();
      if (next === undefined) break;
      watch.received(next.length, clock.monotonic() - since);
      const piece = next.subarray(0, bytes.length - size);
      bytes.set(piece, size);
      size += piece.length;
    }
  } catch {
    // The status is known; the body only explains it.
  }
  response.discard();
  return bytes.subarray(0, size);
}
