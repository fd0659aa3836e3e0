import { createHash } from 'node:crypto';
import { html } from 'hono/html';

/** What the page says. */
export interface LandingPage {
  /** Absent where previews must not show it. */
  readonly filename?: string | undefined;
  readonly expiresAt?: Date | undefined;
  readonly usesLeft?: number | undefined;
  readonly needsPassword: boolean;
  /** Why nothing can be downloaded now. */
  readonly problem?: string | undefined;
  /** Said above the form. */
  readonly notice?: string | undefined;
  /** Where the form goes. */
  readonly action: string;
  /** Objects of a share of several. */
  readonly objects: readonly { readonly name: string; readonly action: string }[];
  /** Whether a browser that hands downloads to another one without its cookies is asking. */
  readonly openElsewhere: boolean;
}

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}' +
  'h1{font-size:1.3rem;overflow-wrap:anywhere}button,input{font:inherit;padding:.5rem 1rem;margin:.25rem 0}';

/** The page's policy: no script at all; the form may lead to the server and to the storage that it redirects to. */
export function pagePolicy(storage: string | undefined): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    `form-action 'self'${storage === undefined ? '' : ` ${storage}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A page that downloads on a click, so that whoever only looks at the address uses nothing. */
export function landingPage(page: LandingPage): ReturnType<typeof html> {
  const form = (action: string, label: string): unknown =>
    html`<form method="post" action="${action}">
      ${
        page.needsPassword
          ? html`<label>Password <input type="password" name="password" required autocomplete="off" /></label>`
          : ''
      }
      <button>${label}</button>
    </form>`;
  const forms =
    page.objects.length === 0
      ? form(page.action, 'Download')
      : page.objects.map(({ name, action }) => form(action, `Download ${name}`));
  const offer = page.openElsewhere
    ? html`<p>Open this page in your browser to download: use the menu at the top right.</p>`
    : forms;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${page.filename ?? 'Download'}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>${page.filename ?? 'A file was shared with you'}</h1>
          ${page.notice === undefined ? '' : html`<p role="alert">${page.notice}</p>`}
          ${page.problem === undefined ? offer : html`<p role="alert">${page.problem}</p>`}
          ${page.expiresAt === undefined ? '' : html`<p>Available until ${page.expiresAt.toUTCString()}.</p>`}
          ${page.usesLeft === undefined ? '' : html`<p>Downloads left: ${page.usesLeft}.</p>`}
        </main>
      </body>
    </html>`;
}
