import { defined, readLimited } from '@ossgrant/credentials-core/internal';
import { readFlatXml } from '@ossgrant/signer-core/steps';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { askOss, type AskOssOptions } from './ask-oss.ts';

/** What to list, and how. */
export interface ListObjectsOptions extends AskOssOptions {
  readonly prefix: string;
}

/** One object of a listing. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified?: Date;
}

/**
 * Lists a prefix with ListObjectsV2, fetching a page when the objects before it were consumed, and again after failures that pass.
 *
 * @throws CliError when OSS refuses or cannot be reached, CredentialError without credentials
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

async function fetchPage({ prefix, ...options }: ListObjectsOptions, continuation: string | undefined): Promise<Page> {
  const what = `cannot list oss://${options.bucket}/${prefix}`;
  const query = {
    'list-type': '2',
    'encoding-type': 'url',
    'max-keys': '1000',
    ...(prefix === '' ? {} : { prefix }),
    ...defined({ 'continuation-token': continuation }),
  };
  return askOss(options, { what, method: 'GET', query }, async (response) => {
    const { bytes, truncated } = await readLimited(response.body, MAX_PAGE_BYTES).catch((cause: unknown) => {
      throw new TypeError('the listing broke off', { cause });
    });
    if (truncated) throw new CliError(EXIT.failure, `${what}: the listing is longer than OSS allows`);
    return readPage(new TextDecoder().decode(bytes));
  });
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
