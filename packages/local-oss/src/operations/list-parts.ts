import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import { invalidArgument } from '../failure.ts';
import { keyEncoding } from './key-encoding.ts';
import { given, limit } from './list-parameters.ts';
import { uploadIdOf } from './multipart.ts';
import type { ObjectInput } from './operation.ts';

/** ListParts, by number. */
export async function listParts(input: ObjectInput): Promise<Reply> {
  const id = uploadIdOf(input);
  const maxParts = limit(input, 'max-parts', 1000);
  const encoding = keyEncoding(given(input, 'encoding-type'));
  const text = given(input, 'part-number-marker') ?? '0';
  if (!/^\d{1,5}$/.test(text)) throw invalidArgument('Argument part-number-marker must be an integer.');
  const marker = Number(text);
  const rest = input.bucket.uploads.parts(id).filter(({ number }) => number > marker);
  const page = rest.slice(0, maxParts);
  const body = toXml('ListPartsResult', {
    EncodingType: encoding.type,
    Bucket: input.bucket.name,
    Key: encoding.encode(input.key),
    UploadId: id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number,
    MaxParts: maxParts,
    IsTruncated: rest.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified.toISOString(),
      ETag: part.etag,
      HashCrc64ecma: part.crc64.toString(),
      Size: part.size,
    })),
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
