import { EC } from '../../http/ec.ts';
import { isPublicStatement, PolicySyntaxError, parsePolicy, type PolicyDocument, isAcl } from '../../access/policy.ts';
import { Refusal, malformedXml, invalidArgument } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import type { BucketInput, OperationInput } from '../operation.ts';
import { readSettings, readSettingsXml, bucketOwner, xmlResponse } from '../xml-bodies.ts';
import { createBucket } from './bucket-life.ts';
import { assertMayBePublic, assertPolicyMayBePublic } from './public-access.ts';

// Each request is compared with all of it.
const MAX_BYTES = 16 * 1024;

/** PutBucketPolicy: replaces the policy. */
export async function putBucketPolicy(input: BucketInput): Promise<OssResponse> {
  const policyText = await readSettings(input);
  const policy = parsed(policyText);
  assertPolicyMayBePublic(input.context, input.bucket.settings, policy);
  input.bucket.configure({ policy, policyText });
  return { status: 200 };
}

/** GetBucketPolicy: the text as it was put. */
export async function getBucketPolicy({ bucket }: BucketInput): Promise<OssResponse> {
  const { policy, policyText } = bucket.settings;
  if (policy === undefined) {
    throw new Refusal({
      status: 404,
      code: 'NoSuchBucketPolicy',
      message: 'The bucket policy does not exist.',
      ec: EC.noSuchPolicy,
      details: { BucketName: bucket.name },
    });
  }
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: policyText ?? JSON.stringify(policy) };
}

/** GetBucketPolicyStatus: whether the policy lets everybody in. */
export async function getBucketPolicyStatus({ bucket }: BucketInput): Promise<OssResponse> {
  const { policy } = bucket.settings;
  const IsPublic = policy !== undefined && policy.Statement.some(isPublicStatement);
  return xmlResponse(toXml('PolicyStatus', { IsPublic }));
}

/** DeleteBucketPolicy. */
export async function deleteBucketPolicy({ bucket }: BucketInput): Promise<OssResponse> {
  bucket.dropPolicy();
  return { status: 204 };
}

function parsed(text: string): PolicyDocument {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalidPolicy('it is larger than 16 KB', EC.policyLong);
  try {
    return parsePolicy(text, 'bucket');
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    throw invalidPolicy(error.message, EC.policySyntax);
  }
}

function invalidPolicy(why: string, ec: string): Refusal {
  return new Refusal({ status: 400, code: 'InvalidPolicyDocument', message: `The policy is invalid: ${why}.`, ec });
}

/** PutBucketVersioning: once enabled, it can only be suspended. */
export async function putBucketVersioning(input: BucketInput): Promise<OssResponse> {
  const document = await readSettingsXml(input, 'VersioningConfiguration', { malformed: EC.versioningMalformed });
  const versioning = childText(document, 'Status')?.trim() ?? '';
  if (versioning !== 'Enabled' && versioning !== 'Suspended') {
    throw malformedXml(versioning === '' ? EC.versioningEmpty : EC.versioningInvalid);
  }
  input.bucket.configure({ versioning });
  return { status: 200 };
}

/** GetBucketVersioning: without a status when it was never enabled. */
export async function getBucketVersioning({ bucket }: BucketInput): Promise<OssResponse> {
  return xmlResponse(toXml('VersioningConfiguration', { Status: bucket.settings.versioning }));
}

/** PutBucketAcl. It creates a missing bucket, as OSS does. */
export async function putBucketAcl(input: OperationInput, name: string): Promise<OssResponse> {
  const { request, context } = input;
  const acl = request.headers.get('x-oss-acl') ?? '';
  if (!isAcl(acl)) throw invalidArgument('no such bucket access control exists', EC.bucketAcl);
  const existing = context.store.bucket(name);
  assertMayBePublic(context, existing?.settings, acl, 'bucket');
  if (existing === undefined) input.authorize('oss:PutBucket', name);
  const bucket = existing ?? createBucket(context, name);
  bucket.configure({ acl });
  return { status: 200, headers: existing === undefined ? { Location: `/${name}` } : {} };
}

/** GetBucketAcl. */
export async function getBucketAcl(input: BucketInput): Promise<OssResponse> {
  const AccessControlList = { Grant: input.bucket.settings.acl };
  return xmlResponse(toXml('AccessControlPolicy', { Owner: bucketOwner(input), AccessControlList }));
}
