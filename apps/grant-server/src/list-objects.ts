import type { CredentialProvider } from '@ossgrant/credentials-core';
import { readLimited } from '@ossgrant/credentials-core/internal';
import type { ListRequest, ObjectPage } from '@ossgrant/grant-handler';
import { type EndpointOptions, parseOssError, resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { readFlatXml } from '@ossgrant/signer-core/steps';

// 1000 keys of 1023 bytes, each written as three characters, and as much again for everything else.
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** Lists with ListObjectsV2, by the server's own credentials. */
export function objectLister(
  endpoint: EndpointOptions,
  provider: CredentialProvider,
): (request: ListRequest) => Promise<ObjectPage> {
  const resolved = resolveEndpoint(endpoint);
  return async ({ bucket, prefix, delimiter, after, limit, signal }) => {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': String(limit),
      ...(prefix === '' ? {} : { prefix }),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(after === undefined ? {} : { 'continuation-token': after }),
    };
    const credentials = await provider.getCredentials({ signal });
    const signed = signHeadersV4({ method: 'GET', endpoint: resolved, bucket, query }, credentials, {
      date: new Date(),
    });
    const response = await fetch(signed.origin + signed.path, { headers: signed.headers, redirect: 'error', signal });
    const { bytes, truncated } = await readLimited(response.body, MAX_PAGE_BYTES);
    const text = new TextDecoder().decode(bytes);
    if (response.status === 200 && !truncated) return readPage(text);
    const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
    const { code } = parseOssError({ status: response.status, header, body: text });
    throw new Error(`cannot list bucket ${bucket}: OSS answered ${response.status} ${code ?? ''}`);
  };
}

function blocks(xml: string, name: string): readonly string[] {
  const [, ...rest] = xml.split(`<${name}>`);
  return rest.map((part) => part.split(`</${name}>`, 1)[0] ?? '');
}

function decoded(text: string | undefined): string {
  return decodeURIComponent((text ?? '').replaceAll('+', ' '));
}

function readPage(xml: string): ObjectPage {
  const objects = blocks(xml, 'Contents').map((block) => {
    const fields = readFlatXml(block);
    const lastModified = fields.get('LastModified');
    return {
      key: decoded(fields.get('Key')),
      size: Number(fields.get('Size')),
      ...(lastModified === undefined ? {} : { lastModified: new Date(lastModified) }),
    };
  });
  const prefixes = blocks(xml, 'CommonPrefixes').map((block) => decoded(readFlatXml(block).get('Prefix')));
  const [next] = blocks(xml, 'NextContinuationToken');
  return { objects, prefixes, ...(next === undefined || next === '' ? {} : { next }) };
}
