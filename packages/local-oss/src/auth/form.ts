import { signatureV1, signatureV4, signingKeyV4 } from '@ossgrant/signer-core/steps';
import { constantTimeEqual } from '../accounts/keyring.ts';
import { EC } from '../http/ec.ts';
import { accessDenied, invalidArgument } from '../http/refusal.ts';
import type { Authentication } from './authenticate.ts';
import { type AuthContext, refuseV1, signatureMismatch, MAX_SKEW_MS, parseIsoBasic } from './checks.ts';
import { assertSameDay, parseCredentialV4 } from './v4.ts';

type Fields = ReadonlyMap<string, string>;

const SIGNED = [
  'ossaccesskeyid',
  'signature',
  'policy',
  'x-oss-signature',
  'x-oss-credential',
  'x-oss-signature-version',
];

/**
 * Verifies the signature of a form upload: base64 of the policy is what is signed. Signatures in the URL or in headers
 * do not count.
 *
 * @throws Refusal with the cloud's status, code and EC
 */
export function verifyForm(fields: Fields, context: AuthContext): Authentication {
  if (!SIGNED.some((name) => fields.has(name))) return { identity: { kind: 'anonymous' }, scheme: 'none' };
  if (fields.has('awsaccesskeyid'))
    throw invalidArgument('The S3-compatible V2 signature is not enabled.', EC.s3V2FormNotEnabled);
  const policy = fields.get('policy');
  if (policy === undefined) throw invalidArgument('The form has no policy.', EC.formPolicyMissing);
  if (policy === '') throw invalidArgument('The policy is empty.', EC.formPolicyEmptyText);
  if (fields.has('x-oss-signature-version') || fields.has('x-oss-signature') || fields.has('x-oss-credential')) {
    return verifyV4(fields, policy, context);
  }
  refuseV1(context);
  return verifyV1(fields, policy, context);
}

function verifyV1(fields: Fields, policy: string, context: AuthContext): Authentication {
  const accessKeyId = required(fields, 'ossaccesskeyid', EC.formKeyIdMissing);
  const provided = required(fields, 'signature', EC.formSignatureMissing);
  const key = context.keyring.find(accessKeyId, fields.get('x-oss-security-token'), context.now);
  if (!constantTimeEqual(signatureV1(key.accessKeySecret, policy), provided)) {
    throw signatureMismatch({ accessKeyId, provided, stringToSign: policy, ec: EC.mismatchV1 });
  }
  return { identity: key.identity, scheme: 'v1-form', accessKeyId };
}

function verifyV4(fields: Fields, policy: string, context: AuthContext): Authentication {
  if (fields.get('x-oss-signature-version') !== 'OSS4-HMAC-SHA256') {
    throw invalidArgument('The x-oss-signature-version is invalid.', EC.signatureVersionUnknown);
  }
  const credential = parseCredentialV4(fields.get('x-oss-credential') ?? '', context.region, 'form');
  const provided = required(fields, 'x-oss-signature', EC.formSignatureMissing);
  const date = parseIsoBasic(fields.get('x-oss-date') ?? '');
  if (date === undefined) throw invalidArgument('The x-oss-date is invalid.', EC.urlDateInvalidV4);
  assertSameDay(credential, date);
  if (date.getTime() - context.now.getTime() > MAX_SKEW_MS) {
    throw accessDenied('The form is not yet valid: its x-oss-date is in the future.', EC.urlNotYetV4);
  }
  const { accessKeyId } = credential;
  const key = context.keyring.find(accessKeyId, fields.get('x-oss-security-token'), context.now);
  const expected = signatureV4(signingKeyV4(key.accessKeySecret, credential), policy);
  if (!constantTimeEqual(expected, provided)) {
    throw signatureMismatch({ accessKeyId, provided, stringToSign: policy, ec: EC.mismatchV4 });
  }
  return { identity: key.identity, scheme: 'v4-form', accessKeyId };
}

function required(fields: Fields, name: string, ec: string): string {
  const value = fields.get(name);
  if (value !== undefined && value !== '') return value;
  throw invalidArgument(`The form field ${name} is missing.`, ec);
}
