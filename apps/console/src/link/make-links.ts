import { api } from '../api/client.ts';
import type { Share } from '../api/types.ts';
import { downloadName, type MadeLink } from './commands.ts';
import { type LinkInput, shareOf, urlsOf } from './link-input.ts';
import type { LinkTarget } from './target.ts';

/** Objects of one request, and of one share. */
export const MOST_KEYS = 1000;

/** The links that were made, and why the others were not. */
export interface LinksMade {
  readonly links: readonly MadeLink[];
  readonly failures: readonly unknown[];
}

/** Makes what the user asked for. @throws ApiProblem where there is no link at all */
export async function makeLinks(target: LinkTarget, input: LinkInput, idempotencyKey: string): Promise<LinksMade> {
  if (input.kind === 'direct') return { links: await signed(target, input), failures: [] };
  if (input.many === 'each' && target.keys !== undefined && target.keys.length > 1) return shareEach(target, input);
  const share = await api.share(shareOf(target, input), idempotencyKey);
  return { links: [linkOf(share, input.filename)], failures: [] };
}

async function signed(target: LinkTarget, input: LinkInput): Promise<readonly MadeLink[]> {
  const links: MadeLink[] = [];
  for (const keys of chunks(target.keys ?? [])) {
    const urls = await api.urls(urlsOf({ bucket: target.bucket, keys }, input));
    for (const { key, url = '', expiresAt } of urls) {
      links.push({ key, url, expiresAt, name: downloadName(key, input.filename), hasPassword: false });
    }
  }
  return links;
}

async function shareEach({ bucket, keys = [] }: LinkTarget, input: LinkInput): Promise<LinksMade> {
  const results = await api.shareEach(keys.map((key) => shareOf({ bucket, keys: [key] }, input)));
  const links = results.flatMap((result) => (result.ok ? [linkOf(result.share, input.filename)] : []));
  const failures = results.flatMap((result) => (result.ok ? [] : [result.problem]));
  if (links.length === 0 && failures.length > 0) throw failures[0];
  return { links, failures };
}

function linkOf(share: Share, filename: string): MadeLink {
  const [only, ...others] = share.keys;
  const single = only !== undefined && others.length === 0 ? { key: only } : {};
  const name = downloadName(single.key ?? share.prefix?.slice(0, -1) ?? share.bucket, filename);
  return { ...single, url: share.url ?? '', expiresAt: share.expiresAt, name, hasPassword: share.limits.password };
}

function chunks(keys: readonly string[]): readonly (readonly string[])[] {
  const starts = Array.from({ length: Math.ceil(keys.length / MOST_KEYS) }, (_, index) => index * MOST_KEYS);
  return starts.map((start) => keys.slice(start, start + MOST_KEYS));
}
