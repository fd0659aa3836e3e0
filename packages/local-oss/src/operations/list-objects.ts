import { invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { toXml, type XmlNode } from '../http/xml.ts';
import type { ObjectInfo } from '../store/object-store.ts';
import { listPage, type ListPage } from './list-page.ts';
import type { BucketInput } from './operation.ts';

const MAX_KEYS = 1000;

/** ListObjectsV2: prefix, delimiter, start-after, continuation-token, max-keys, encoding-type, fetch-owner. */
export async function listObjectsV2(input: BucketInput): Promise<Reply> {
  const token = given(input, 'continuation-token');
  const startAfter = given(input, 'start-after');
  const after = token === undefined ? startAfter : Buffer.from(token, 'base64').toString();
  const { page, encode, common } = list(input, after);
  const next = page.next === undefined ? undefined : Buffer.from(page.next).toString('base64');
  return answer({
    ...common,
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next,
    KeyCount: page.objects.length + page.prefixes.length,
  });
}

/** ListObjects: prefix, delimiter, marker, max-keys, encoding-type. */
export async function listObjects(input: BucketInput): Promise<Reply> {
  const marker = given(input, 'marker');
  const { page, encode, common } = list(input, marker);
  const next = page.next === undefined ? undefined : encode(page.next);
  return answer({ ...common, Marker: encode(marker ?? ''), NextMarker: next });
}

function list(
  input: BucketInput,
  after: string | undefined,
): { readonly page: ListPage; readonly encode: (text: string) => string; readonly common: XmlNode } {
  const prefix = given(input, 'prefix') ?? '';
  const delimiter = given(input, 'delimiter');
  const encoding = given(input, 'encoding-type');
  if (encoding !== undefined && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request.');
  const maxKeys = Number(given(input, 'max-keys') ?? 100);
  if (!Number.isInteger(maxKeys) || maxKeys < 1 || maxKeys > MAX_KEYS) {
    throw invalidArgument('Argument maxKeys must be an integer between 1 and 1000.');
  }
  const options = { prefix, after: after ?? '', maxKeys, ...(delimiter === undefined ? {} : { delimiter }) };
  const page = listPage(input.bucket, options);
  const encode = encoding === 'url' ? encodeURIComponent : (text: string): string => text;
  const owner = { ID: input.context.account.id, DisplayName: input.context.account.id };
  const withOwner = parameter(input.request, 'list-type') !== '2' || given(input, 'fetch-owner') === 'true';
  const common = {
    Name: input.bucket.name,
    Prefix: encode(prefix),
    MaxKeys: maxKeys,
    Delimiter: encode(delimiter ?? ''),
    EncodingType: encoding,
    IsTruncated: page.next !== undefined,
    Contents: page.objects.map((object) => ({ ...contents(object, encode), Owner: withOwner ? owner : undefined })),
    CommonPrefixes: page.prefixes.map((item) => ({ Prefix: encode(item) })),
  };
  return { page, encode, common };
}

function contents(object: ObjectInfo, encode: (text: string) => string): XmlNode {
  return {
    Key: encode(object.key),
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    Type: object.type,
    Size: object.size,
    StorageClass: object.storageClass,
  };
}

function given(input: BucketInput, name: string): string | undefined {
  return parameter(input.request, name) || undefined;
}

function answer(node: XmlNode): Reply {
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: toXml('ListBucketResult', node) };
}
