import { DownloadError, fromUrl } from '@ossgrant/http-downloader';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { createPresigner, type PresignedUrl } from '@ossgrant/url-presigner';
import type { PlainClient } from './plain-client.ts';
import { wrap, type Report } from './report.ts';
import type { Settings } from './settings.ts';
import { linkLines, shortenedLines } from './show-link.ts';
import { ossgrantDownload, plainDownload, type Row } from './timed-downloads.ts';

/** Options of each way. */
export interface WayOptions {
  readonly settings: Settings;
  readonly report: Report;
  readonly folder: string;
  readonly client: PlainClient;
}

const V1_REFUSED = '0002-00000080';

/** First way: the owner signs a URL, and the third party sends a plain GET. */
export async function showUrlSignature(options: WayOptions): Promise<Row[]> {
  const { report } = options;
  report.section('First way: the owner signs a URL, the third party sends a plain GET');
  return [...(await showVersion(options, 'v4')), ...(await showVersion(options, 'v1'))];
}

async function showVersion(options: WayOptions, version: 'v4' | 'v1'): Promise<Row[]> {
  const { settings, report, client, folder } = options;
  const link = await signLink(settings, version);
  const until = link.expiration.toISOString().slice(11, 19);
  report.note(`${version === 'v4' ? 'V4 link' : 'V1 link (legacy, being retired)'}, valid until ${until} UTC:`);
  for (const line of (settings.realLinks ? shortenedLines : linkLines)(link.url)) {
    for (const part of wrap(line, 70)) report.note(`  ${part}`);
  }
  const step = { way: `${version.toUpperCase()} link`, settings, report, folder };
  try {
    return [await ossgrantDownload(step, fromUrl(link.url)), ...(await plainDownload(step, client, link.url))];
  } catch (error) {
    // New buckets of the cloud accept V4 only: the refusal is not a failure of the demo.
    if (version === 'v1' && error instanceof DownloadError && error.ec === V1_REFUSED) {
      report.skip(`skipped: this bucket refuses V1 (EC ${V1_REFUSED})`);
      return [];
    }
    throw error;
  }
}

/** Signs a link that works for 15 minutes. */
export async function signLink(settings: Settings, version: 'v4' | 'v1'): Promise<PresignedUrl> {
  const { now, owner } = settings;
  const presigner = createPresigner({
    ...endpointOf(settings),
    credentials: owner,
    bucket: settings.bucket,
    version,
    clock: { now: () => now().getTime(), monotonic: () => performance.now() },
  });
  return presigner.presign({ key: settings.key, expiresIn: '15m' });
}

/** The endpoint options of the settings. */
export function endpointOf({ region, endpoint }: Settings): EndpointOptions {
  return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
}
