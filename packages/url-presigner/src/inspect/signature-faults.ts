import { MAX_EXPIRES_SECONDS_V4 } from '@ossgrant/signer-core';
import type { Claim } from './claim.ts';
import { parameterOf, type ParsedLink } from './read-link.ts';

/** A parameter of the signature that no server can accept, whatever was signed. */
export interface SignatureFault {
  /**
   * - `SIGNATURE_INCOMPLETE`: one of the signature's parameters is missing.
   * - `DATE_INVALID`: the signing date is not written as `20260101T000000Z`.
   * - `EXPIRES_INVALID`: the life is not whole seconds in the limits, or in another unit.
   * - `SCOPE_INVALID`: V4's credential is malformed, or of another day than the date.
   */
  readonly code: 'SIGNATURE_INCOMPLETE' | 'DATE_INVALID' | 'EXPIRES_INVALID' | 'SCOPE_INVALID';
  readonly message: string;
}

/** Checks the parameters of a signature in a link by themselves, as OSS does before it looks at the signature. */
export function signatureFaults(link: ParsedLink, claim: Claim): readonly SignatureFault[] {
  if (claim.place === 'header') return [];
  if (claim.scheme === 'oss-v4') return faultsV4(link, claim);
  return claim.scheme === 'oss-v1' ? faultsV1(link) : [];
}

function faultsV4(link: ParsedLink, claim: Claim): readonly SignatureFault[] {
  const names = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-expires'];
  const date = parameterOf(link, 'x-oss-date');
  const expires = parameterOf(link, 'x-oss-expires');
  const credential = parameterOf(link, 'x-oss-credential');
  return [
    ...missing(link, names),
    ...(date && claim.start === undefined
      ? [fault('DATE_INVALID', 'x-oss-date is not an instant such as 20260101T000000Z')]
      : []),
    ...(expires ? expiresFaults(expires) : []),
    ...(credential ? scopeFaults(credential, date ?? '') : []),
  ];
}

function faultsV1(link: ParsedLink): readonly SignatureFault[] {
  const expires = parameterOf(link, 'Expires') ?? '';
  const faults = missing(link, ['OSSAccessKeyId', 'Expires']);
  if (expires === '') return faults;
  if (!/^\d{1,15}$/.test(expires)) {
    return [...faults, fault('EXPIRES_INVALID', 'Expires is not a whole number of seconds since 1970')];
  }
  // As seconds, twelve digits lie beyond the year 5138.
  if (expires.length < 12) return faults;
  return [
    ...faults,
    fault(
      'EXPIRES_INVALID',
      'Expires seems to be in milliseconds: OSS reads seconds, so the link would not end in this age',
    ),
  ];
}

function missing(link: ParsedLink, names: readonly string[]): readonly SignatureFault[] {
  const absent = names.filter((name) => !parameterOf(link, name));
  return absent.length === 0 ? [] : [fault('SIGNATURE_INCOMPLETE', `the link lacks ${absent.join(', ')}`)];
}

function expiresFaults(expires: string): readonly SignatureFault[] {
  const seconds = /^\d{1,15}$/.test(expires) ? Number(expires) : 0;
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS_V4) return [];
  const kind = seconds > 1e9 ? ': it is a length from x-oss-date on, not an instant' : '';
  return [fault('EXPIRES_INVALID', `x-oss-expires is not from 1 to ${MAX_EXPIRES_SECONDS_V4} whole seconds${kind}`)];
}

function scopeFaults(credential: string, date: string): readonly SignatureFault[] {
  const [id = '', day = '', region = '', product = '', terminator = '', ...rest] = credential.split('/');
  if (id === '' || region === '' || terminator !== 'aliyun_v4_request' || rest.length > 0) {
    return [fault('SCOPE_INVALID', 'x-oss-credential is not <key id>/<day>/<region>/oss/aliyun_v4_request')];
  }
  if (!/^\d{8}$/.test(day)) return [fault('SCOPE_INVALID', 'the day in x-oss-credential is not written as 20260101')];
  if (/^\d{8}T/.test(date) && !date.startsWith(day)) {
    return [fault('SCOPE_INVALID', 'x-oss-credential is of another day than x-oss-date: both must be in UTC')];
  }
  if (product === 'oss' || product === 'oss-cloudbox') return [];
  return [fault('SCOPE_INVALID', 'the product in x-oss-credential is not "oss"')];
}

function fault(code: SignatureFault['code'], message: string): SignatureFault {
  return { code, message };
}
