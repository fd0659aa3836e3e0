import { toProvider } from '@ossgrant/credentials-core';
import { DownloadError, fromUrl, openDownload, type RequestSource } from '@ossgrant/http-downloader';
import { resolveEndpoint, signUrlV4 } from '@ossgrant/signer-core';
import type { ApplicationServer } from './application-server.ts';
import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import { thirdPartySource } from './temporary-credentials.ts';
import { endpointOf, signLink } from './url-signature.ts';

/** Shows requests that OSS refuses. */
export async function showRefusals(
  settings: Settings,
  report: Report,
  server: ApplicationServer | undefined,
): Promise<void> {
  report.section('Refused requests');
  const { url } = await signLink(settings, 'v4');
  await expectRefusal(report, 'tampered link', fromUrl(tampered(url)), '0002-00000201');
  if (server !== undefined) {
    const other = thirdPartySource(settings, `${settings.key}.other`, server);
    await expectRefusal(report, 'another object with the temporary credentials', other);
  }
  await expectRefusal(report, 'expired link', fromUrl(await expired(settings, url)), '0002-00000069');
}

async function expectRefusal(report: Report, what: string, source: RequestSource, ec?: string): Promise<void> {
  try {
    const { body } = await openDownload(source);
    await body.cancel();
    report.check(false, `${what}: accepted`);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const reason = [error.status, error.serviceCode, error.ec && `EC ${error.ec}`].filter(Boolean).join(' ');
    report.check(error.status === 403 && (ec === undefined || error.ec === ec), `${what}: ${reason || error.message}`);
  }
}

// Changes one character of the signature.
function tampered(url: string): string {
  return url.replace(/(x-oss-signature=)(.)/, (_, name: string, first: string) => name + (first === '0' ? '1' : '0'));
}

// The demo can advance the local server's clock, but not the real service's; there it signs a link in the past.
async function expired(settings: Settings, url: string): Promise<string> {
  if (settings.advance !== undefined) {
    settings.advance(16 * 60_000);
    return url;
  }
  const signed = signUrlV4(
    { method: 'GET', endpoint: resolveEndpoint(endpointOf(settings)), bucket: settings.bucket, key: settings.key },
    await toProvider(settings.owner).getCredentials(),
    { date: new Date(settings.now().getTime() - 3_600_000), expiresInSeconds: 60 },
  );
  return signed.origin + signed.path;
}
