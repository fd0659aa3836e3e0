import { EC } from '../../http/ec.ts';
import { assertKey } from '../../http/address.ts';
import { malformedXml, missingArgument } from '../../http/refusal.ts';
import { readCheckedBody, parameter } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, type XmlElement } from '../../http/xml-reader.ts';
import { toXml, type XmlNode } from '../../http/xml.ts';
import type { Deleted } from '../../store/object-store.ts';
import type { ObjectInput, BucketInput } from '../operation.ts';
import { keyEncoding } from '../parameters.ts';
import { readDocument, xmlResponse } from '../xml-bodies.ts';
import { versionIn } from './find-object.ts';

/** DeleteObject: 204, also when there was none. Where there is versioning it makes a delete marker, or removes one version. */
export async function deleteObject({ bucket, key, request, context }: ObjectInput): Promise<OssResponse> {
  const wanted = versionIn(request);
  const { versionId = wanted, deleteMarker } = bucket.delete(key, context.clock.now(), wanted);
  const marker = deleteMarker ? { 'x-oss-delete-marker': 'true' } : {};
  const hasVersion = versionId !== undefined && bucket.settings.versioning !== undefined;
  return { status: 204, headers: { ...marker, ...(hasVersion ? { 'x-oss-version-id': versionId } : {}) } };
}

const MAX_KEYS = 1000;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

interface Named {
  readonly key: string;
  readonly versionId?: string;
}

/**
 * DeleteMultipleObjects. The caller must be permitted to delete each of them; else none is deleted.
 *
 * @throws Refusal 400 MissingArgument, InvalidDigest or MalformedXML, 403 AccessDenied
 */
export async function deleteMultiple(input: BucketInput): Promise<OssResponse> {
  const { bucket, request, context } = input;
  const md5 = request.headers.get('content-md5');
  if (md5 === undefined) throw missingArgument('Content-MD5', EC.deleteDigestMissing);
  const encoding = keyEncoding(parameter(request, 'encoding-type') ?? request.headers.get('encoding-type'));
  const { named, quiet } = readDelete((await readCheckedBody(input.message, MAX_BODY_BYTES, md5)).toString());
  for (const { key, versionId } of named) {
    const action = versionId === undefined ? 'oss:DeleteObject' : 'oss:DeleteObjectVersion';
    input.authorize(action, bucket.name, key, versionId);
  }
  const now = context.clock.now();
  const deleted = named.map((object) =>
    entryOf(object, bucket.delete(object.key, now, object.versionId), encoding.encode),
  );
  if (quiet) return { status: 200 };
  return xmlResponse(toXml('DeleteResult', { EncodingType: encoding.type, Deleted: deleted }));
}

function entryOf(named: Named, deleted: Deleted, encode: (key: string) => string): XmlNode {
  return {
    Key: encode(named.key),
    VersionId: named.versionId,
    ...(deleted.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: deleted.versionId } : {}),
  };
}

function readDelete(text: string): { readonly named: readonly Named[]; readonly quiet: boolean } {
  const document = readDocument(text, 'Delete', { malformed: EC.deleteMalformed, root: EC.deleteRoot });
  const objects = document.children.filter(({ name }) => name === 'Object');
  if (objects.length === 0) throw malformedXml(EC.deleteNothing);
  if (objects.length > MAX_KEYS) throw malformedXml(EC.deleteMany);
  return { named: objects.map(nameOf), quiet: childText(document, 'Quiet')?.trim().toLowerCase() === 'true' };
}

function nameOf(object: XmlElement): Named {
  const key = childText(object, 'Key');
  if (key === undefined) throw malformedXml(EC.deleteKeyMissing);
  assertKey(key);
  const versionId = childText(object, 'VersionId');
  if (versionId === '') throw malformedXml(EC.deleteVersionEmpty);
  return versionId === undefined ? { key } : { key, versionId };
}
