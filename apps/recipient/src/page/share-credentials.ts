import { toProvider, type CredentialProvider, type FetchedCredentials } from '@ossgrant/credentials-core';
import { sharedByTabs } from '@ossgrant/credentials-remote/tabs';
import { fromObject } from '@ossgrant/http-downloader';
import { Refused } from './client.ts';
import { visitUse, type Share } from './share.ts';

/** What the server gives. */
interface Given extends FetchedCredentials {
  readonly bucket: string;
  readonly keys: readonly string[];
  readonly endpoint?: { readonly region?: string; readonly endpoint?: string; readonly addressing?: 'path' };
}

interface Place {
  readonly provider: CredentialProvider;
  /** The latest, once there is one. */
  readonly given: () => Given | undefined;
}

const places = new Map<string, Place>();

/**
 * Signs requests for an object in the page, by temporary credentials of the share. However many objects are downloaded at once, in
 * however many tabs, the credentials are asked for once. Undefined where the server does not say where the bucket is.
 */
export async function credentialSource(
  share: Share,
  key: string | undefined,
): Promise<ReturnType<typeof fromObject> | undefined> {
  const { provider, given } = placeOf(share);
  await provider.getCredentials();
  const { bucket, keys = [], endpoint } = given() ?? {};
  const name = key ?? keys[0];
  if (bucket === undefined || endpoint === undefined || name === undefined) return undefined;
  return fromObject({ ...endpoint, bucket, key: name, credentials: provider });
}

function placeOf(share: Share): Place {
  const known = places.get(share.path);
  if (known !== undefined) return known;
  let latest: Given | undefined;
  const shared = sharedByTabs({ name: 'share', fetch: ({ signal }) => ask(share, signal) }, { channel: share.path });
  const provider = toProvider({ name: 'share', fetch: async (context) => (latest = await shared.fetch(context)) });
  const place = { provider, given: () => latest };
  places.set(share.path, place);
  return place;
}

async function ask(share: Share, signal: AbortSignal): Promise<Given> {
  const { path, password } = share;
  const response = await fetch(`${path}/credentials`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-ossgrant-use': visitUse(share),
    },
    body: JSON.stringify(password === undefined ? {} : { password }),
    signal,
  });
  const body = (await response.json()) as Omit<Given, 'expiration'> & {
    readonly expiration: string;
    readonly code?: string;
  };
  if (!response.ok) throw new Refused(body.code ?? 'other');
  return { ...body, expiration: new Date(body.expiration) };
}
