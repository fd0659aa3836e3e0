import type { CredentialProvider } from '@ossgrant/credentials-core';
import { resolveEndpoint, signHeadersV4, type EndpointOptions } from '@ossgrant/signer-core';
import { readFlatXml } from '@ossgrant/signer-core/steps';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { ossRefusal } from './oss-refusal.ts';

/** What is to be listed, and how. */
export interface ListObjectsOptions {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
  readonly bucket: string;
  readonly prefix: string;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** One object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
}

/**
 * Lists a prefix by ListObjectsV2, a page at a time as the objects are taken.
 *
 * @throws CliError when OSS refuses, CredentialError without credentials
 */
export async function* listObjects(options: ListObjectsOptions): AsyncGenerator<ListedObject> {
  let continuation: string | undefined;
  do {
    const page = await fetchPage(options, continuation);
    yield* page.objects;
    continuation = page.next;
  } while (continuation !== undefined);
}

interface Page {
  readonly objects: readonly ListedObject[];
  readonly next?: string;
}

async function fetchPage(options: ListObjectsOptions, continuation: string | undefined): Promise<Page> {
  const { bucket, prefix, signal } = options;
  const signed = signHeadersV4(
    {
      method: 'GET',
      endpoint: resolveEndpoint(options.endpoint),
      bucket,
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        'max-keys': '1000',
        ...(prefix === '' ? {} : { prefix }),
        ...(continuation === undefined ? {} : { 'continuation-token': continuation }),
      },
    },
    await options.provider.getCredentials({ signal }),
    { date: new Date() },
  );
  const what = `cannot list oss://${bucket}/${prefix}`;
  let response: Response;
  try {
    response = await options.fetch(signed.origin + signed.path, {
      headers: signed.headers,
      redirect: 'error',
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError(EXIT.failure, `${what}: ${new URL(signed.origin).host} cannot be reached`, {
      fix: 'check the endpoint, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status !== 200) throw await ossRefusal(what, response);
  return readPage(await response.text());
}

const CONTENTS = /<Contents>(.*?)<\/Contents>/gs;

/** Reads a listing whose keys are URL-encoded, so that none of them can hold markup. */
export function readPage(xml: string): Page {
  const objects = Array.from(xml.matchAll(CONTENTS), ([, contents = '']) => {
    const fields = readFlatXml(contents);
    // OSS writes a space as "+", and "+" itself as "%2B".
    const key = decodeURIComponent((fields.get('Key') ?? '').replaceAll('+', ' '));
    return { key, size: Number(fields.get('Size')) };
  });
  const facts = readFlatXml(xml.replace(CONTENTS, ''));
  const next = facts.get('IsTruncated') === 'true' ? facts.get('NextContinuationToken') : undefined;
  return { objects, ...(next === undefined ? {} : { next }) };
}
