// What to do about errors of the packages, in the words of the command line.
const FIXES: Readonly<Record<string, string>> = {
  'CredentialError NOT_CONFIGURED':
    'set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, or configure a profile; ossgrant whoami shows what was tried',
  'CredentialError EXPIRED': 'get new temporary credentials',
  'PresignError CREDENTIAL_TOO_SHORT': 'a shorter --expires, or --if-shorter clamp',
  'PresignError LIFETIME_TOO_LONG': 'a shorter --expires, or --if-shorter clamp',
  'PresignError EXPIRED_ALREADY': 'a later --expires',
  'PresignError INLINE_MARKUP': '--attachment, or --allow-inline-markup when the content is yours',
  'SigningError REGION_UNKNOWN': 'give --region, or set OSS_REGION',
  'SigningError KEY_AMBIGUOUS_IN_V1': 'leave out --sign-version v1',
  'SigningError VALUE_AMBIGUOUS_IN_V1': 'leave out --sign-version v1',
  'SigningError INSECURE_TRANSPORT': 'an endpoint with https',
  'DownloadError NETWORK': 'check the host, the network and HTTPS_PROXY',
  'DownloadError LINK_EXPIRED': 'ask the owner for a new link',
};

/** What to do about an error, if that is known. */
export function fixOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { fix, code } = error as { readonly fix?: unknown; readonly code?: unknown };
  if (typeof fix === 'string') return fix;
  return typeof code === 'string' ? FIXES[`${error.name} ${code}`] : undefined;
}
