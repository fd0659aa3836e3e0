import { allowDownload, type SessionPolicy } from '@ossgrant/credentials-sts';
import { usageError } from '../../failure/cli-error.ts';
import type { ObjectAddress } from '../../input/object-address.ts';
import { parseInstant } from '../../input/values.ts';
import type { OptionTable, OptionValues } from '../../verb.ts';

/** Options that say what is granted beside the object or folder. */
export const SCOPE_OPTIONS = {
  list: { type: 'flag', help: 'the keys of the folder may be listed, too' },
  versions: { type: 'flag', help: 'former versions, too' },
  ip: { type: 'text', multiple: true, value: 'ADDRESS[/BITS]', help: 'only from there, as OSS sees it' },
  until: { type: 'text', value: 'DATE', help: 'ends before the credentials do' },
  'https-only': { type: 'flag', help: 'not over plain http' },
} as const satisfies OptionTable;

/**
 * The least policy for downloading an object, or what is in a folder: `oss://bucket/dir/`.
 *
 * @throws CliError for a whole bucket; SessionPolicyError, SigningError for names that no policy can tell apart
 */
export function scopeOf(address: ObjectAddress, options: OptionValues<typeof SCOPE_OPTIONS>): SessionPolicy {
  const { bucket, key } = address;
  if (key === '') {
    throw usageError('a whole bucket is not granted', `name an object or a folder: oss://${bucket}/dir/`);
  }
  const isFolder = key.endsWith('/');
  if (options.list && !isFolder) throw usageError('--list is for folders', `end the folder with a slash: ${key}/`);
  const common = {
    bucket,
    ...(options.versions ? { versionId: 'any' as const } : {}),
    ...(options.ip.length === 0 ? {} : { sourceIp: options.ip }),
    ...(options.until === undefined ? {} : { until: futureInstant(options.until) }),
    secureTransport: options['https-only'],
  };
  return isFolder ? allowDownload({ ...common, prefix: key, list: options.list }) : allowDownload({ ...common, key });
}

// What ended before it began would be granted, and could do nothing.
function futureInstant(text: string): Date {
  const until = parseInstant('--until', text);
  if (until.getTime() <= Date.now()) throw usageError(`--until "${text}" is not in the future`);
  return until;
}
