import { defined } from '@ossgrant/credentials-core/internal';
import type { Authentication } from '../../auth/authenticate.ts';
import { verifyForm } from '../../auth/form.ts';
import { assertKey } from '../../http/address.ts';
import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { objectUrl } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml } from '../../http/xml.ts';
import type { Bucket, ObjectVersion } from '../../store/object-store.ts';
import { MAX_PUT_BYTES } from '../../store/receive.ts';
import { assertMayBePublic } from '../bucket/public-access.ts';
import { callBack } from '../callback/call-back.ts';
import { callbackInForm } from '../callback/parse-callback.ts';
import { requireBucket } from '../object/find-object.ts';
import { storedHeaders } from '../object/put-object.ts';
import { pacedUpload, trafficLimit } from '../object/traffic-limit.ts';
import { factsIn } from '../object/upload-facts.ts';
import type { Authorize, OperationInput } from '../operation.ts';
import { type LengthRange, assertFormPolicy, parseFormPolicy } from './form-policy.ts';
import { readForm, type Form } from './read-form.ts';

/** Input of a form upload, whose signature is known only after the form has been read. */
export interface PostInput extends Omit<OperationInput, 'signed' | 'authorize'> {
  readonly bucketName: string;
  /**
   * Called with the signer of the form, before any permission is checked.
   *
   * @returns a function that checks further permissions
   * @throws Refusal 403 AccessDenied
   */
  authorizeAs(authentication: Authentication, key: string): Authorize;
}

/** PostObject: an upload by an HTML form. */
export async function postObject(input: PostInput): Promise<OssResponse> {
  const { request, message, context, bucketName } = input;
  const form = await readForm(message, request.headers.get('content-type') ?? '');
  const { keyring, region, v1, clock } = context;
  const now = clock.now();
  const authentication = verifyForm(form.fields, { keyring, region, v1, now });
  const policy = form.fields.get('policy');
  const fields = withFileName(form);
  const range =
    policy === undefined
      ? { min: 0, max: Infinity }
      : assertFormPolicy(parseFormPolicy(policy), { bucket: bucketName, fields, now });
  const key = fields.get('key');
  if (key === undefined) throw invalidArgument("Bucket POST must contain a field named 'key'.");
  assertKey(key);
  const facts = factsIn(headersOf(form));
  const bitsPerSecond = trafficLimit({ query: request.query, headers: new Map([...request.headers, ...form.fields]) });
  const pace = defined({ bitsPerSecond });
  const callback = callbackInForm(form.fields, authentication.scheme !== 'none');
  const authorize = input.authorizeAs(authentication, key);
  if (facts.tags !== undefined) authorize('oss:PutObjectTagging', bucketName, key);
  const bucket = requireBucket(context, bucketName);
  assertMayBePublic(context, bucket.settings, facts.acl, 'object');
  const body = pacedUpload(measured(form.file.body, range), { ...input, ...pace });
  const stored = await bucket.put({ key, ...facts, body, maxBytes: MAX_PUT_BYTES, lastModified: now });
  const response = answer(input, form.fields, stored, bucket);
  return callback === undefined ? response : callBack(callback, response, { ...input, bucket: bucketName, stored });
}

// `${filename}` in the key stands for the file's own name, without folders.
function withFileName(form: Form): ReadonlyMap<string, string> {
  const key = form.fields.get('key');
  if (key === undefined || !key.includes('${filename}')) return form.fields;
  const name = form.file.name.replace(/^.*[\\/]/, '');
  return new Map([...form.fields, ['key', key.replace('${filename}', () => name)]]);
}

function headersOf(form: Form): ReadonlyMap<string, string> {
  const own = form.file.contentType;
  return new Map([...(own === undefined ? [] : [['content-type', own] as const]), ...form.fields]);
}

async function* measured(source: AsyncIterable<Buffer>, range: LengthRange): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > range.max) throw outOfRange('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.');
    yield chunk;
  }
  if (size < range.min)
    throw outOfRange('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size.');
}

function answer(
  { request }: PostInput,
  fields: ReadonlyMap<string, string>,
  stored: ObjectVersion,
  to: Bucket,
): OssResponse {
  const headers = storedHeaders(to, stored);
  const { name: bucket } = to;
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && /^https?:\/\//.test(redirect)) {
    const query = new URLSearchParams({ bucket, key: stored.key, etag: stored.etag }).toString();
    return {
      status: 303,
      headers: { ...headers, Location: `${redirect}${redirect.includes('?') ? '&' : '?'}${query}` },
    };
  }
  const wanted = fields.get('success_action_status');
  if (wanted === '200') return { status: 200, headers };
  if (wanted !== '201') return { status: 204, headers };
  const folder = request.rawPath.replace(/\/?$/, '/');
  const path = folder + stored.key.split('/').map(encodeURIComponent).join('/');
  const Location = objectUrl(request, path);
  const body = toXml('PostResponse', { Bucket: bucket, ETag: stored.etag, Key: stored.key, Location });
  return { status: 201, headers: { ...headers, 'Content-Type': 'application/xml' }, body };
}

function outOfRange(code: string, message: string): Refusal {
  return new Refusal({ status: 400, code, message });
}
