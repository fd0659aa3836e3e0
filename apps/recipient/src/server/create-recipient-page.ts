import { ASSETS } from '#assets';
import type { RenderLanding } from '@ossgrant/grant-handler';
import { renderPage } from './render-page.ts';

/** Options of `createRecipientPage`. */
export interface RecipientPageOptions {
  /** Path that the grant handler is below, as in its `publicUrl`. @default none */
  readonly basePath?: string;
}

/** The page for recipients. */
export interface RecipientPage {
  /** The option `landing` of `createGrantHandler`. */
  readonly landing: RenderLanding;
  /** Responds with a file of the page; undefined for every other address. */
  asset(request: Request): Promise<Response | undefined>;
}

/**
 * Makes the page that recipients of a share see.
 *
 * @example
 * const recipient = createRecipientPage();
 * const handler = createGrantHandler({ ...options, landing: recipient.landing });
 * const respond = async (request: Request) => (await recipient.asset(request)) ?? handler.fetch(request);
 */
export function createRecipientPage(options: RecipientPageOptions = {}): RecipientPage {
  const folder = `${(options.basePath ?? '').replace(/\/+$/, '')}/recipient/`;
  const files = {
    scripts: { en: folder + ASSETS.scripts.en, 'zh-CN': folder + ASSETS.scripts['zh-CN'] },
    main: folder + ASSETS.main,
    style: ASSETS.style,
  };
  const compressed = new Map<string, Promise<ArrayBuffer>>();
  return {
    landing: (page, request) => renderPage(page, request, files),
    async asset(request) {
      const { pathname } = new URL(request.url);
      const name = pathname.startsWith(folder) ? pathname.slice(folder.length) : '';
      const file = Object.hasOwn(ASSETS.files, name) ? ASSETS.files[name] : undefined;
      if (file === undefined || !/^(?:GET|HEAD)$/.test(request.method)) return undefined;
      const headers = {
        'content-type': file.type,
        // Names change with what the files hold.
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        vary: 'accept-encoding',
      };
      if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) return new Response(file.text, { headers });
      const bytes = compressed.get(name) ?? compress(file.text);
      compressed.set(name, bytes);
      return new Response(await bytes, { headers: { ...headers, 'content-encoding': 'gzip' } });
    },
  };
}

function compress(text: string): Promise<ArrayBuffer> {
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}
