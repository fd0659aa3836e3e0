import { Failure, invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import { readSmallBody } from '../http/read-body.ts';
import type { Reply } from '../http/reply.ts';
import { childText, parseXml } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { noSuchUpload } from '../store/create-uploads.ts';
import type { Part } from '../store/object-store.ts';
import type { ObjectInput } from './operation.ts';
import { storedHeaders } from './put-object.ts';
import { incomingBody, uploadFacts } from './upload-facts.ts';

const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 102_400;
const MAX_XML_BYTES = 4 * 1024 * 1024;
const XML = { 'Content-Type': 'application/xml' };

/** InitiateMultipartUpload. */
export async function initiateUpload(input: ObjectInput): Promise<Reply> {
  const { bucket, key, request } = input;
  const UploadId = bucket.uploads.begin(key, uploadFacts(request.headers));
  const body = toXml('InitiateMultipartUploadResult', { Bucket: bucket.name, Key: key, UploadId });
  return { status: 200, headers: XML, body };
}

/** UploadPart. */
export async function uploadPart(input: ObjectInput): Promise<Reply> {
  const id = uploadOf(input);
  const number = Number(parameter(input.request, 'partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive.');
  }
  const lastModified = input.context.clock.now();
  const part = await input.bucket.uploads.put(id, number, { ...incomingBody(input), lastModified });
  return { status: 200, headers: { ETag: part.etag, 'x-oss-hash-crc64ecma': part.crc64.toString() } };
}

/** CompleteMultipartUpload: the listed parts, in order, become the object. */
export async function completeUpload(input: ObjectInput): Promise<Reply> {
  const { bucket, key, context, message } = input;
  const id = uploadOf(input);
  const listed = listedParts((await readSmallBody(message, MAX_XML_BYTES)).toString());
  const parts = new Map(bucket.uploads.parts(id).map((part) => [part.number, part]));
  listed.forEach(({ number, etag }, index) => {
    const part = parts.get(number);
    if (part === undefined || bare(part.etag) !== bare(etag)) throw invalidPart(number);
    if (index > 0 && number <= (listed[index - 1]?.number ?? 0)) throw invalidPartOrder();
    if (index < listed.length - 1 && part.size < MIN_PART_BYTES) throw tooSmall(part);
  });
  const numbers = listed.map(({ number }) => number);
  const forbids = input.request.headers.get('x-oss-forbid-overwrite') === 'true';
  const lastModified = context.clock.now();
  const options = { numbers, lastModified, ...(forbids ? { forbidOverwrite: true } : {}) };
  const stored = await bucket.uploads.complete(id, options);
  const body = toXml('CompleteMultipartUploadResult', { Bucket: bucket.name, Key: key, ETag: stored.etag });
  return { status: 200, headers: { ...XML, ...storedHeaders(stored) }, body };
}

/** AbortMultipartUpload. */
export async function abortUpload(input: ObjectInput): Promise<Reply> {
  input.bucket.uploads.abort(uploadOf(input));
  return { status: 204 };
}

/** ListParts, all of them in one page. */
export async function listParts(input: ObjectInput): Promise<Reply> {
  const id = uploadOf(input);
  const parts = input.bucket.uploads.parts(id).map((part) => ({
    PartNumber: part.number,
    LastModified: part.lastModified.toISOString(),
    ETag: part.etag,
    HashCrc64ecma: part.crc64.toString(),
    Size: part.size,
  }));
  const head = { Bucket: input.bucket.name, Key: input.key, UploadId: id, MaxParts: MAX_PARTS, IsTruncated: false };
  return { status: 200, headers: XML, body: toXml('ListPartsResult', { ...head, Part: parts }) };
}

function uploadOf(input: ObjectInput): string {
  const id = parameter(input.request, 'uploadId') ?? '';
  if (input.bucket.uploads.keyOf(id) === input.key) return id;
  throw noSuchUpload(id);
}

function listedParts(body: string): readonly { readonly number: number; readonly etag: string }[] {
  const listed = parseXml(body).children.filter((child) => child.name === 'Part');
  if (listed.length === 0 || listed.length > MAX_PARTS)
    throw invalidArgument('The list of parts is empty or too long.');
  return listed.map((part) => ({
    number: Number(childText(part, 'PartNumber')),
    etag: childText(part, 'ETag') ?? '',
  }));
}

function bare(etag: string): string {
  return etag.replaceAll('"', '').toUpperCase();
}

function invalidPart(number: number): Failure {
  const message = 'One or more of the specified parts could not be found or the specified entity tag might not match.';
  return new Failure({ status: 400, code: 'InvalidPart', message, details: { PartNumber: number } });
}

function invalidPartOrder(): Failure {
  const message = 'The list of parts was not in ascending order. Parts list must specified in order by part number.';
  return new Failure({ status: 400, code: 'InvalidPartOrder', message });
}

function tooSmall(part: Part): Failure {
  return new Failure({
    status: 400,
    code: 'EntityTooSmall',
    message: 'Your proposed upload smaller than the minimum allowed size.',
    details: { MinSizeAllowed: MIN_PART_BYTES, ProposedSize: part.size, PartNumber: part.number, ETag: part.etag },
  });
}
