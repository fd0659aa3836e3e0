import { invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { toXml, type XmlNode } from '../http/xml.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import type { BucketInput } from './operation.ts';

const MAX_KEYS = 1000;

/** ListObjectsV2: prefix, delimiter, start-after, continuation-token, max-keys, encoding-type. */
export async function listObjectsV2(input: BucketInput): Promise<Reply> {
  const get = (name: string): string | undefined => parameter(input.request, name) || undefined;
  const prefix = get('prefix') ?? '';
  const delimiter = get('delimiter');
  const maxKeys = Number(get('max-keys') ?? 100);
  if (!Number.isInteger(maxKeys) || maxKeys < 1 || maxKeys > MAX_KEYS) {
    throw invalidArgument('Argument max-keys must be an integer between 1 and 1000.');
  }
  const token = get('continuation-token');
  const after = token === undefined ? (get('start-after') ?? '') : Buffer.from(token, 'base64').toString();
  const page = collect(input.bucket.list(), { prefix, delimiter, after, maxKeys });
  const encode = get('encoding-type') === 'url' ? encodeURIComponent : (text: string): string => text;
  const body = toXml('ListBucketResult', {
    Name: input.bucket.name,
    Prefix: encode(prefix),
    MaxKeys: maxKeys,
    Delimiter: delimiter === undefined ? undefined : encode(delimiter),
    EncodingType: get('encoding-type'),
    StartAfter: get('start-after') === undefined ? undefined : encode(get('start-after') ?? ''),
    ContinuationToken: token,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
    KeyCount: page.objects.length + page.prefixes.length,
    Contents: page.objects.map((object) => contents(object, encode)),
    CommonPrefixes: page.prefixes.map((common) => ({ Prefix: encode(common) })),
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

interface Page {
  readonly objects: readonly ObjectInfo[];
  readonly prefixes: readonly string[];
  /** Last entry of this page, when there are more. */
  readonly next?: string;
}

function collect(
  all: readonly ObjectInfo[],
  options: { prefix: string; delimiter: string | undefined; after: string; maxKeys: number },
): Page {
  const { prefix, delimiter, after, maxKeys } = options;
  const objects: ObjectInfo[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const object of all) {
    if (!object.key.startsWith(prefix) || !isAfter(object.key, after)) continue;
    const cut = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    const common = cut === -1 ? undefined : object.key.slice(0, cut + (delimiter?.length ?? 0));
    // A page may have ended inside a common prefix: what is below it was counted there.
    if (common !== undefined && (common === prefixes.at(-1) || (after.startsWith(common) && after !== ''))) continue;
    if (objects.length + prefixes.length === maxKeys) return { objects, prefixes, next: last };
    if (common === undefined) objects.push(object);
    else prefixes.push(common);
    last = common ?? object.key;
  }
  return { objects, prefixes };
}

function isAfter(key: string, after: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
}

function contents(object: ObjectInfo, encode: (text: string) => string): XmlNode {
  return {
    Key: encode(object.key),
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    Type: 'Normal',
    Size: object.size,
    StorageClass: 'Standard',
  };
}
