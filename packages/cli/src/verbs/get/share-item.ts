import { defined, readLimited } from '@ossgrant/credentials-core/internal';
import { fromShare, safeFileName } from '@ossgrant/http-downloader';
import { proxiedFetch } from '../../connection/proxy.ts';
import { CliError, EXIT } from '../../failure/cli-error.ts';
import type { GetContext } from './options.ts';
import { type Item, namesOf } from './item.ts';

const SHARE = /^https?:\/\/[^?#\s@]+\/d\/[\w-]{44}$/;
const MAX_INFO_BYTES = 1 << 16;

/** Whether a link is the address of a share of a grant server. */
export function isShare(text: string): boolean {
  return SHARE.test(text);
}

/**
 * Something to download by a share. Its facts are read first, which is not a use: they name the file.
 *
 * @throws CliError for a share of several objects
 */
export async function shareItem(
  url: string,
  password: string | undefined,
  { env, signal }: Pick<GetContext, 'env' | 'signal'>,
): Promise<Item> {
  const send = await proxiedFetch(env);
  const { several, filename } = await readInfo(url, { send, password, signal });
  if (several === true) {
    throw new CliError(EXIT.usage, 'the share holds several objects, of which get cannot choose', {
      fix: 'open its address in a browser, which lists them',
    });
  }
  const name = typeof filename === 'string' ? safeFileName({ key: filename }) : 'download';
  return {
    source: fromShare(url, { fetch: send, ...defined({ password }) }),
    // The address itself is a permission.
    label: `share of ${new URL(url).host}`,
    ...namesOf(name),
  };
}

interface InfoCall {
  readonly send: typeof fetch;
  readonly password: string | undefined;
  readonly signal: AbortSignal;
}

// Whatever is wrong with the share or its server, the download says so in the words that it has for it.
async function readInfo(
  url: string,
  { send, password, signal }: InfoCall,
): Promise<{ readonly several?: unknown; readonly filename?: unknown }> {
  try {
    const response = await send(`${url}/info`, {
      ...(password === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ password }) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    });
    const { bytes } = await readLimited(response.body, MAX_INFO_BYTES);
    return response.ok ? (JSON.parse(new TextDecoder().decode(bytes)) as object) : {};
  } catch {
    signal.throwIfAborted();
    return {};
  }
}
