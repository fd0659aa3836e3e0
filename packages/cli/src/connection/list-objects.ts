import type { CredentialProvider } from '@ossgrant/credentials-core';
import { defined, readLimited } from '@ossgrant/credentials-core/internal';
import { resolveEndpoint, signHeadersV4, type EndpointOptions } from '@ossgrant/signer-core';
import { readFlatXml } from '@ossgrant/signer-core/steps';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { ossRefusal } from './oss-refusal.ts';

/** What to list, and how. */
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
  readonly lastModified?: Date;
}

/**
 * Lists a prefix with ListObjectsV2, fetching a page when the objects before it were consumed.
 *
 * @throws CliError when OSS refuses, CredentialError without credentials
 */
export async function* listObjects(options: ListObjectsOptions): AsyncGenerator<ListedObject> {
  let continuation: string | undefined;
  do {
    const page = await fetchPage(options, continuation);
    yield* page.objects;
    if (page.next !== undefined && page.next === continuation) {
      throw new CliError(EXIT.failure, 'the listing does not end: the server returned the same page again');
    }
    continuation = page.next;
  } while (continuation !== undefined);
}

// 1000 keys of 1023 bytes, each written as three characters, and as much again for everything else.
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

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
        ...defined({ 'continuation-token': continuation }),
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
    throw new CliError(EXIT.failure, `${what}: cannot connect to ${new URL(signed.origin).host}`, {
      fix: 'check the endpoint, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status !== 200) throw await ossRefusal(what, response);
  const { bytes, truncated } = await readLimited(response.body, MAX_PAGE_BYTES);
  if (truncated) throw new CliError(EXIT.failure, `${what}: the listing is longer than OSS allows`);
  return readPage(new TextDecoder().decode(bytes));
}

/**
 * Parses a listing whose keys are URL-encoded and therefore hold no markup.
 *
 * @throws CliError when it is not a listing
 */
export function readPage(xml: string): Page {
  const [head = '', ...rest] = xml.split('<Contents>');
  const parts = rest.map((part) => part.split('</Contents>', 2));
  const objects = parts.map(([contents = '']) => {
    const fields = readFlatXml(contents);
    const lastModified = new Date(fields.get('LastModified') ?? '');
    return {
      key: decodeKey(fields.get('Key')),
      size: Number(fields.get('Size')),
      ...(Number.isNaN(lastModified.getTime()) ? {} : { lastModified }),
    };
  });
  const facts = readFlatXml(head + parts.map(([, between = '']) => between).join(''));
  const next = facts.get('IsTruncated') === 'true' ? facts.get('NextContinuationToken') : undefined;
  return { objects, ...defined({ next }) };
}

function decodeKey(encoded: string | undefined): string {
  try {
    // OSS encodes a space as "+", and "+" itself as "%2B".
    if (encoded !== undefined) return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    // Reported below.
  }
  throw new CliError(EXIT.failure, 'the listing holds an invalid key', {
    fix: 'check that the endpoint is one of OSS',
  });
}
