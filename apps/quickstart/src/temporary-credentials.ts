import { CredentialError, type CredentialSource, type FetchedCredentials } from '@ossgrant/credentials-core';
import { fromObject, type RequestSource } from '@ossgrant/http-downloader';
import type { ApplicationServer, GrantResponse } from './application-server.ts';
import type { Settings } from './settings.ts';
import { ossgrantDownload, type Row } from './timed-downloads.ts';
import { endpointOf, type WayOptions } from './url-signature.ts';

/** Second way: the third party gets temporary credentials, signs its request headers itself and downloads. */
export async function showTemporaryCredentials(options: WayOptions, server: ApplicationServer): Promise<Row[]> {
  const { settings, report, folder } = options;
  report.note(`the application server at ${new URL(server.url).host} calls AssumeRole for this one object`);
  const source = thirdPartySource(settings, settings.key, server);
  return [await ossgrantDownload({ way: 'STS headers', settings, report, folder }, source)];
}

/** Everything the third party has: the object's address and an application server. */
export function thirdPartySource(settings: Settings, key: string, server: ApplicationServer): RequestSource {
  return fromObject({
    ...endpointOf(settings),
    bucket: settings.bucket,
    key,
    credentials: grantSource(server),
    clock: { now: () => settings.now().getTime(), monotonic: () => performance.now() },
  });
}

// A custom credential source is one fetch. Caching, refresh and redaction are added by the packages.
function grantSource(server: ApplicationServer): CredentialSource {
  return {
    name: 'application-server',
    async fetch({ signal }): Promise<FetchedCredentials> {
      const response = await fetch(server.url, { signal, headers: { authorization: `Bearer ${server.pass}` } });
      if (!response.ok) {
        throw new CredentialError(`the application server returned ${response.status}`, {
          code: response.status === 401 ? 'DENIED' : 'UNAVAILABLE',
          retryable: response.status >= 500,
        });
      }
      const grant = (await response.json()) as GrantResponse;
      return { ...grant, expiration: new Date(grant.expiration) };
    },
  };
}
