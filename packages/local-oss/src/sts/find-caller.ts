import type { KnownKey } from '../auth/keyring.ts';
import { Failure } from '../failure.ts';
import type { ServerContext } from '../server-context.ts';
import { stsFailure } from './sts-failure.ts';

const MAX_SKEW_MS = 900_000;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** @throws Failure `InvalidTimeStamp.Format` or `InvalidTimeStamp.Expired` */
export function assertTimestamp(text: string, now: Date): void {
  if (!TIMESTAMP.test(text) || Number.isNaN(Date.parse(text))) {
    throw stsFailure(400, 'InvalidTimeStamp.Format', 'Specified time stamp or date value is not well formatted.');
  }
  if (Math.abs(Date.parse(text) - now.getTime()) > MAX_SKEW_MS) {
    throw stsFailure(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  }
}

/**
 * Finds the key that an STS call is signed with. STS has its own words for what OSS says of a key.
 *
 * @throws Failure with STS's codes
 */
export function findCaller(context: ServerContext, accessKeyId: string, token: string | undefined): KnownKey {
  if (accessKeyId.startsWith('STS.') && token === undefined) {
    throw stsFailure(400, 'MissingSecurityToken', 'SecurityToken is mandatory for this action.');
  }
  try {
    return context.keyring.find(accessKeyId, token, context.clock.now());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    switch (error.parts.code) {
      case 'SecurityTokenExpired':
        throw stsFailure(400, 'InvalidSecurityToken.Expired', 'Specified SecurityToken is expired.');
      case 'InvalidSecurityToken':
        throw stsFailure(400, 'InvalidSecurityToken.Malformed', 'Specified SecurityToken is malformed.');
      case 'AccessKeyIdAndSecurityTokenNotMatch':
        throw stsFailure(400, 'InvalidSecurityToken.MismatchWithAccessKey', 'Specified SecurityToken mismatches.');
      default:
        throw error.parts.message.includes('disabled')
          ? stsFailure(400, 'InvalidAccessKeyId.Inactive', 'Specified access key is disabled.')
          : stsFailure(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
    }
  }
}
