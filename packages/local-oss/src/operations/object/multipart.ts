import { defined } from '@ossgrant/credentials-core/internal';
import { EC, type UploadStep } from '../../http/ec.ts';
import { Refusal, invalidArgument } from '../../http/refusal.ts';
import { objectUrl, parameter, readCheckedBody, wholeNumber } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import type { Part } from '../../store/object-store.ts';
import { noSuchUpload } from '../../store/uploads.ts';
import { assertMayBePublic } from '../bucket/public-access.ts';
import { callBack } from '../callback/call-back.ts';
import { callbackIn } from '../callback/parse-callback.ts';
import type { ObjectInput } from '../operation.ts';
import { keyEncoding, given } from '../parameters.ts';
import { readDocument, xmlResponse } from '../xml-bodies.ts';
import { storedHeaders } from './put-object.ts';
import { aclIn, encryptionHeader, incomingBody, uploadFacts } from './upload-facts.ts';

const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 102_400;
const MAX_XML_BYTES = 4 * 1024 * 1024;

/** InitiateMultipartUpload. */
export async function initiateUpload(input: ObjectInput): Promise<OssResponse> {
  const { bucket, key, context } = input;
  const { type, encode } = keyEncoding(given(input, 'encoding-type'));
  const facts = uploadFacts(input);
  const UploadId = bucket.uploads.begin(key, facts, context.clock.now());
  const result = { EncodingType: type, Bucket: bucket.name, Key: encode(key), UploadId };
  const body = toXml('InitiateMultipartUploadResult', result);
  return xmlResponse(body, encryptionHeader(facts.headers));
}

/** UploadPart. */
export async function uploadPart(input: ObjectInput): Promise<OssResponse> {
  const id = uploadIdOf(input, 'part');
  const number = partNumber(input);
  const lastModified = input.context.clock.now();
  const part = await input.bucket.uploads.put(id, number, { ...incomingBody(input), lastModified });
  const headers = { ETag: part.etag, 'Content-MD5': part.md5, 'x-oss-hash-crc64ecma': part.crc64.toString() };
  return { status: 200, headers: { ...headers, ...encryptionHeader(input.bucket.uploads.factsOf(id)?.headers) } };
}

/** @throws Refusal 400 InvalidArgument unless it is from 1 to 10,000 */
export function partNumber({ request }: Pick<ObjectInput, 'request'>): number {
  const text = parameter(request, 'partNumber') ?? '';
  if (text === '') {
    const details = { ArgumentName: 'ResourceType', ArgumentValue: 'partNumber' };
    throw invalidArgument('Unexpected query string parameter', EC.partNumberMissing, details);
  }
  const number = wholeNumber(text) ?? 0;
  if (number >= 1 && number <= MAX_PARTS) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive.', EC.partNumberInvalid, {
    ArgumentName: 'PartNumber',
    ArgumentValue: text,
  });
}

/** CompleteMultipartUpload: the listed parts, in order, become the object; an empty list makes an empty object. */
export async function completeUpload(input: ObjectInput): Promise<OssResponse> {
  const { bucket, key, context, message } = input;
  const id = uploadIdOf(input, 'complete');
  const callback = callbackIn(input);
  const { type, encode } = keyEncoding(given(input, 'encoding-type'));
  const text = (await readCheckedBody(message, MAX_XML_BYTES, input.request.headers.get('content-md5'))).toString();
  const listed = takesAll(input, text) ? bucket.uploads.parts(id) : listedParts(text);
  const parts = new Map(bucket.uploads.parts(id).map((part) => [part.number, part]));
  if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) throw invalidPartOrder();
  listed.forEach(({ number, etag }, index) => {
    const part = parts.get(number);
    if (part === undefined || bare(part.etag) !== bare(etag)) throw invalidPart(id, number, etag);
    if (index < listed.length - 1 && part.size < MIN_PART_BYTES) throw tooSmall(part);
  });
  const acl = aclIn(input.request.headers);
  assertMayBePublic(context, bucket.settings, acl, 'object');
  const numbers = listed.map(({ number }) => number);
  const forbids = input.request.headers.get('x-oss-forbid-overwrite') === 'true';
  const lastModified = context.clock.now();
  const options = {
    numbers,
    lastModified,
    ...defined({ acl }),
    ...(forbids ? { forbidOverwrite: true } : {}),
  };
  const stored = await bucket.uploads.complete(id, options);
  const Location = objectUrl(input.request, input.request.rawPath);
  const result = { EncodingType: type, Location, Bucket: bucket.name, Key: encode(key), ETag: stored.etag };
  const response = xmlResponse(toXml('CompleteMultipartUploadResult', result), storedHeaders(bucket, stored));
  return callback === undefined ? response : callBack(callback, response, { ...input, bucket: bucket.name, stored });
}

// `x-oss-complete-all: yes` stands for a list of every part there is.
function takesAll({ request }: ObjectInput, body: string): boolean {
  if (request.headers.get('x-oss-complete-all')?.toLowerCase() !== 'yes') return false;
  if (body === '') return true;
  // Misspelt in the cloud, too.
  throw invalidArgument('Should not speficy both complete all header and http body.', EC.completeAllWithBody, {
    ArgumentName: 'x-oss-complete-all',
    ArgumentValue: 'yes',
  });
}

/** AbortMultipartUpload. */
export async function abortUpload(input: ObjectInput): Promise<OssResponse> {
  input.bucket.uploads.abort(uploadIdOf(input, 'abort'));
  return { status: 204 };
}

/** The upload that a request names. @throws Refusal 404 NoSuchUpload, also when it is of another object */
export function uploadIdOf(input: ObjectInput, step: UploadStep): string {
  const id = parameter(input.request, 'uploadId') ?? '';
  if (input.bucket.uploads.keyOf(id) === input.key) return id;
  throw noSuchUpload(id, step);
}

function listedParts(body: string): readonly { readonly number: number; readonly etag: string }[] {
  const document = readDocument(body, 'CompleteMultipartUpload', { malformed: EC.completeMalformed });
  const listed = document.children.filter((child) => child.name === 'Part');
  if (listed.length > MAX_PARTS) throw invalidArgument('The list of parts is too long.');
  return listed.map((part) => ({
    number: wholeNumber(childText(part, 'PartNumber')?.trim()) ?? 0,
    etag: childText(part, 'ETag') ?? '',
  }));
}

function bare(etag: string): string {
  return etag.replaceAll('"', '').toUpperCase();
}

function invalidPart(uploadId: string, number: number, etag: string): Refusal {
  return new Refusal({
    status: 400,
    code: 'InvalidPart',
    message:
      "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.",
    details: { ETag: etag, PartNumber: number, UploadId: uploadId },
  });
}

function invalidPartOrder(): Refusal {
  const message = 'The list of parts was not in ascending order. Parts list must specified in order by part number.';
  return new Refusal({ status: 400, code: 'InvalidPartOrder', message, ec: EC.partOrder });
}

function tooSmall(part: Part): Refusal {
  return new Refusal({
    status: 400,
    code: 'EntityTooSmall',
    message: 'Your proposed upload smaller than the minimum allowed size.',
    details: { MinSizeAllowed: MIN_PART_BYTES, ProposedSize: part.size, PartNumber: part.number, ETag: part.etag },
  });
}
