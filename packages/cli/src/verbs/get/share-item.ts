import { defined, readLimited } from '@ossgrant/credentials-core/internal';
import { fromShare, newShareUse, safeFileName } from '@ossgrant/http-downloader';
import { proxiedFetch } from '../../connection/proxy.ts';
import { CliError, EXIT } from '../../failure/cli-error.ts';
import type { GetContext } from './options.ts';
import { type InvalidItem, type Item, namesOf, withoutCommonFolders } from './item.ts';

const SHARE = /^(https?:\/\/[^?#\s@]+?\/d\/[\w-]{44})(?:\/o\/([^?#\s]+))?$/;
const MAX_BODY_BYTES = 1 << 22;
// A foreign server must not list without end: a million objects.
const MAX_PAGES = 1000;

/** A share of a grant server, and perhaps one object of it. */
export interface ShareAddress {
  readonly url: string;
  readonly key?: string;
}

/** The share whose address a link is: `https://.../d/TOKEN`, or `https://.../d/TOKEN/o/KEY` with the key encoded. */
export function parseShare(text: string): ShareAddress | undefined {
  const [, url, path] = SHARE.exec(text) ?? [];
  try {
    return url === undefined ? undefined : { url, ...(path === undefined ? {} : { key: decodeURIComponent(path) }) };
  } catch {
    return undefined;
  }
}

/**
 * What a share gives to download. Its facts and the list of its objects are read first, which counts nothing; all of its objects
 * together are one use.
 */
export async function shareItems(
  { url, key }: ShareAddress,
  password: string | undefined,
  { env, signal }: Pick<GetContext, 'env' | 'signal'>,
): Promise<readonly (Item | InvalidItem)[]> {
  const send = await proxiedFetch(env);
  const options = { fetch: asOneVisit(send), ...defined({ password }) };
  // The address itself is a permission.
  const share = `share of ${new URL(url).host}`;
  const objectOf = (one: string): Item => ({
    source: fromShare(url, { key: one, ...options }),
    label: `${share}: ${one}`,
    ...namesOf(one),
  });
  if (key !== undefined) return [{ ...objectOf(key), folders: [] }];

  const ask = (path: string): Promise<Response> =>
    send(`${url}/${path}`, {
      ...(password === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ password }) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
  const { several, filename } = await readInfo(() => ask('info'), signal);
  const name = typeof filename === 'string' ? safeFileName({ key: filename }) : 'download';
  const whole: Item = { source: fromShare(url, options), label: share, ...namesOf(name) };
  if (several !== true) return [whole];
  try {
    const objects = await listObjects(ask);
    // A share that gives nothing now says why when it is asked for a download.
    if (objects === undefined) return [whole];
    const items = objects.map(({ key: one, ...facts }) => ({ ...objectOf(one), facts }));
    if (items.length === 0) throw new CliError(EXIT.notFound, 'the share holds no object now');
    return withoutCommonFolders(items);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CliError) return [{ label: share, error }];
    const fix = 'try again, or name one object: write /o/KEY after the address, the key percent-encoded';
    return [
      { label: share, error: new CliError(EXIT.failure, `the objects cannot be listed: ${reasonOf(error)}`, { fix }) },
    ];
  }
}

/** Asks with one proof of use for whichever object, so that the visit is one use; also when the server gives a further proof. */
function asOneVisit(send: typeof fetch): (url: string, init: RequestInit) => Promise<Response> {
  let use = newShareUse();
  return async (url, init) => {
    const sent = use;
    const headers = { ...(init.headers as Record<string, string>), 'x-ossgrant-use': sent };
    const response = await send(url, { ...init, headers });
    const given = response.headers.get('x-ossgrant-use') ?? sent;
    if (use === sent) use = given;
    return response;
  };
}

type Ask = (path: string) => Promise<Response>;

/** @returns undefined where the share gives nothing now */
async function listObjects(ask: Ask): Promise<readonly ListedObject[] | undefined> {
  const objects: ListedObject[] = [];
  let cursor = '';
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const response = await ask(`list${cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`}`);
    if ([403, 404, 410].includes(response.status)) return undefined;
    const page = await readBody(response);
    if (!response.ok)
      throw new Error(typeof page['detail'] === 'string' ? page['detail'] : `status ${response.status}`);
    if (!Array.isArray(page['objects'])) throw new Error('the server sends no list');
    objects.push(...(page['objects'] as unknown[]).flatMap(readObject));
    if (typeof page['next'] !== 'string') return objects;
    cursor = page['next'];
  }
  throw new Error(`the list does not end after ${MAX_PAGES} pages`);
}

interface ListedObject {
  readonly key: string;
  readonly size?: number;
  readonly lastModified?: Date;
}

function readObject(entry: unknown): ListedObject[] {
  const { key, size, lastModified } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  // What consoles make for an empty folder.
  if (typeof key !== 'string' || key === '' || (key.endsWith('/') && size === 0)) return [];
  const date = typeof lastModified === 'string' ? new Date(lastModified) : undefined;
  return [
    {
      key,
      ...defined({
        size: Number.isSafeInteger(size) && Number(size) >= 0 ? Number(size) : undefined,
        lastModified: Number.isNaN(date?.getTime()) ? undefined : date,
      }),
    },
  ];
}

// Whatever is wrong with the share or its server, the download says so in the words that it has for it.
async function readInfo(
  ask: () => Promise<Response>,
  signal: AbortSignal,
): Promise<{ readonly several?: unknown; readonly filename?: unknown }> {
  try {
    const response = await ask();
    return response.ok ? await readBody(response) : {};
  } catch {
    signal.throwIfAborted();
    return {};
  }
}

async function readBody(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const { bytes } = await readLimited(response.body, MAX_BODY_BYTES);
  return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>;
}

// The server's words are foreign text.
function reasonOf(error: unknown): string {
  return (error instanceof SyntaxError ? 'the server sends no JSON' : (error as Error).message).slice(0, 300);
}
