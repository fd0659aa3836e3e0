import { readSettingsXml } from '../buckets/read-settings.ts';
import type { Reply } from '../http/reply.ts';
import { childText } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { malformedXml } from './object-failures.ts';
import type { BucketInput } from './operation.ts';

/** PutBucketVersioning: once enabled, it can only be suspended. */
export async function putBucketVersioning(input: BucketInput): Promise<Reply> {
  const document = await readSettingsXml(input, 'VersioningConfiguration');
  const versioning = childText(document, 'Status')?.trim();
  if (versioning !== 'Enabled' && versioning !== 'Suspended') throw malformedXml();
  input.bucket.configure({ versioning });
  return { status: 200 };
}

/** GetBucketVersioning: without a status when it was never enabled. */
export async function getBucketVersioning({ bucket }: BucketInput): Promise<Reply> {
  const body = toXml('VersioningConfiguration', { Status: bucket.settings.versioning });
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}
