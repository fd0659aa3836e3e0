import { invalidArgument } from '../../http/refusal.ts';
import { wholeNumber } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml } from '../../http/xml.ts';
import { type IsBefore, compareUtf8 } from '../../store/key-index.ts';
import type { BegunUpload } from '../../store/object-store.ts';
import { uploadIdOf } from '../object/multipart.ts';
import type { BucketInput, ObjectInput } from '../operation.ts';
import { given, listParameters, keyEncoding, limit } from '../parameters.ts';
import { xmlResponse } from '../xml-bodies.ts';
import { listPage } from './list-page.ts';

/** ListMultipartUploads: by key, those of one key by upload id. */
export async function listUploads(input: BucketInput): Promise<OssResponse> {
  const { bucket } = input;
  const { encoding, maxKeys, options } = listParameters(input, 'max-uploads', 1000);
  const { encode } = encoding;
  const keyMarker = given(input, 'key-marker');
  // Without a key it means nothing.
  const idMarker = keyMarker === undefined ? undefined : given(input, 'upload-id-marker');
  const sorted = bucket.uploads.list().toSorted(byKeyAndId);
  const { items, prefixes, next } = listPage((isBefore: IsBefore) => sorted.filter(({ key }) => !isBefore(key)), {
    ...options,
    after: keyMarker ?? '',
    ...(idMarker === undefined ? {} : { isAfter: ({ id }) => id > idMarker }),
  });
  const body = toXml('ListMultipartUploadsResult', {
    EncodingType: encoding.type,
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker ?? ''),
    UploadIdMarker: idMarker ?? '',
    ...nextMarkers(items, prefixes, encode),
    Delimiter: encode(options.delimiter ?? ''),
    Prefix: encode(options.prefix),
    MaxUploads: maxKeys,
    IsTruncated: next !== undefined,
    Upload: items.map(({ key, id, initiated }) => ({
      Key: encode(key),
      UploadId: id,
      StorageClass: bucket.uploads.factsOf(id)?.storageClass ?? bucket.settings.storageClass,
      Initiated: initiated,
    })),
    CommonPrefixes: prefixes.map((item) => ({ Prefix: encode(item) })),
  });
  return xmlResponse(body);
}

// OSS sends them on every page, the last and an empty one too.
function nextMarkers(
  items: readonly BegunUpload[],
  prefixes: readonly string[],
  encode: (text: string) => string,
): { readonly NextKeyMarker: string; readonly NextUploadIdMarker: string } {
  const [item, prefix] = [items.at(-1), prefixes.at(-1)];
  if (prefix !== undefined && (item === undefined || compareUtf8(prefix, item.key) > 0)) {
    return { NextKeyMarker: encode(prefix), NextUploadIdMarker: '' };
  }
  return { NextKeyMarker: encode(item?.key ?? ''), NextUploadIdMarker: item?.id ?? '' };
}

function byKeyAndId(a: BegunUpload, b: BegunUpload): number {
  if (a.key !== b.key) return compareUtf8(a.key, b.key);
  return a.id < b.id ? -1 : 1;
}

/** ListParts, by number. */
export async function listParts(input: ObjectInput): Promise<OssResponse> {
  const id = uploadIdOf(input, 'list-parts');
  const maxParts = limit(input, 'max-parts', 1000);
  const encoding = keyEncoding(given(input, 'encoding-type'));
  const marker = wholeNumber(given(input, 'part-number-marker') ?? '0');
  if (marker === undefined) throw invalidArgument('Argument part-number-marker must be an integer.');
  const { bucket } = input;
  const rest = bucket.uploads.parts(id).filter(({ number }) => number > marker);
  const page = rest.slice(0, maxParts);
  const body = toXml('ListPartsResult', {
    EncodingType: encoding.type,
    Bucket: bucket.name,
    Key: encoding.encode(input.key),
    UploadId: id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: maxParts,
    IsTruncated: rest.length > page.length,
    StorageClass: bucket.uploads.factsOf(id)?.storageClass ?? bucket.settings.storageClass,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified,
      ETag: part.etag,
      HashCrc64ecma: part.crc64.toString(),
      Size: part.size,
    })),
  });
  return xmlResponse(body);
}
