import { defined } from '@ossgrant/credentials-core/internal';
import { allowDownload, mergePolicies, type SessionPolicy } from '@ossgrant/credentials-sts';
import { usageError } from '../../failure/cli-error.ts';
import type { ObjectAddress } from '../../input/object-address.ts';
import { parseInstant } from '../../input/values.ts';
import type { OptionTable, OptionValues } from '../../verb.ts';

/** Options that extend or narrow the scope beyond the objects and folders. */
export const SCOPE_OPTIONS = {
  list: { type: 'flag', help: 'also allow listing the folders' },
  versions: { type: 'flag', help: 'also allow previous versions' },
  ip: { type: 'text', multiple: true, value: 'ADDRESS[/BITS]', help: 'allow only this source address, as OSS sees it' },
  until: { type: 'text', value: 'DATE', help: 'end before the credentials expire' },
  'https-only': { type: 'flag', help: 'refuse plain http' },
} as const satisfies OptionTable;

type ScopeOptions = OptionValues<typeof SCOPE_OPTIONS>;

/**
 * The smallest policy for downloading objects and everything in folders: `oss://bucket/dir/`.
 *
 * @throws CliError for a whole bucket; SessionPolicyError, SigningError for names that a policy cannot express exactly
 */
export function scopeOf(addresses: readonly ObjectAddress[], options: ScopeOptions): SessionPolicy {
  if (options.list && !addresses.some(isFolder)) {
    const [first] = addresses;
    throw usageError('--list needs a folder', `end the folder with a slash: ${first?.key ?? ''}/`);
  }
  return mergePolicies(addresses.map((address) => policyFor(address, options)));
}

/** Whether the address names everything below a prefix. */
export function isFolder({ key }: ObjectAddress): boolean {
  return key.endsWith('/');
}

function policyFor(address: ObjectAddress, options: ScopeOptions): SessionPolicy {
  const { bucket, key } = address;
  if (key === '') {
    throw usageError('a whole bucket cannot be granted', `name an object or a folder: oss://${bucket}/dir/`);
  }
  const common = {
    bucket,
    ...(options.versions ? { versionId: 'any' as const } : {}),
    ...(options.ip.length === 0 ? {} : { sourceIp: options.ip }),
    ...defined({ until: options.until === undefined ? undefined : futureInstant(options.until) }),
    secureTransport: options['https-only'],
  };
  return isFolder(address)
    ? allowDownload({ ...common, prefix: key, list: options.list })
    : allowDownload({ ...common, key });
}

// Credentials that expired before they were issued could do nothing.
function futureInstant(text: string): Date {
  const until = parseInstant('--until', text);
  if (until.getTime() <= Date.now()) throw usageError(`--until "${text}" is not in the future`);
  return until;
}
