import { CredentialError, type CredentialSource, type FetchedCredentials } from '@ossgrant/credentials-core';
import { fromObject, type RequestSource } from '@ossgrant/http-downloader';
import type { ApplicationServer, Grant } from './application-server.ts';
import type { Settings } from './settings.ts';
import { ossgrantDownload, type Row } from './timed-downloads.ts';
import { endpointOf, type WayOptions } from './url-signature.ts';

/** Way two: the third party asks for temporary credentials, signs its own request headers and downloads. */
export async function showTemporaryCredentials(options: WayOptions, server: ApplicationServer): Promise<Row[]> {
  const { settings, report, folder } = options;
  report.note(`the application server at ${new URL(server.url).host} calls AssumeRole for this one object`);
  const source = thirdPartySource(settings, settings.key, server);
  return [await ossgrantDownload({ way: 'STS headers', settings, report, folder }, source)];
}

/** All that the third party has: where the object is, and an application server to ask. */
export function thirdPartySource(settings: Settings, key: string, server: ApplicationServer): RequestSource {
  return fromObject({
    ...endpointOf(settings),
    bucket: settings.bucket,
    key,
    credentials: grantSource(server),
    clock: { now: () => settings.now().getTime(), monotonic: () => performance.now() },
  });
}

// A provider of one's own is this much: one fetch. Caching, refresh and redaction come with it.
function grantSource(server: ApplicationServer): CredentialSource {
  return {
    name: 'application-server',
    async fetch({ signal }): Promise<FetchedCredentials> {
      const response = await fetch(server.url, { signal, headers: { authorization: `Bearer ${server.pass}` } });
      if (!response.ok) {
        throw new CredentialError(`the application server answered ${response.status}`, {
          code: response.status === 401 ? 'DENIED' : 'UNAVAILABLE',
          retryable: response.status >= 500,
        });
      }
      const grant = (await response.json()) as Grant;
      return { ...grant, expiration: new Date(grant.expiration) };
    },
  };
}
