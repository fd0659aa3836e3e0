/**
 * The header that keeps browsers from showing what anybody may have uploaded: on OSS's own domains HTML and images are
 * downloads. A domain of one's own is free of it.
 */
export function forcedDownload(headers: Readonly<Record<string, string>>, cname: boolean): Record<string, string> {
  if (cname || !/^(text\/html|application\/xhtml\+xml|image\/)/i.test(headers['Content-Type'] ?? '')) return {};
  const disposition = headers['Content-Disposition'] ?? '';
  const kept = /^attachment/i.test(disposition) ? disposition : 'attachment';
  return { 'Content-Disposition': kept, 'x-oss-force-download': 'true' };
}
