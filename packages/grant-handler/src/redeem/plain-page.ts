import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { LandingObject, LandingPage, RenderedPage } from '../landing.ts';
import { STANDINGS } from '../problem.ts';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}' +
  'h1{font-size:1.3rem;overflow-wrap:anywhere}button,input{font:inherit;padding:.5rem 1rem;margin:.25rem 0}' +
  'ul{list-style:none;padding:0}li{overflow-wrap:anywhere}';

/** No script at all; the form may lead to the server and to the storage that it redirects to. */
function policyFor(storage: string | undefined): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${style}'`,
    `form-action 'self'${storage === undefined ? '' : ` ${storage}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

type Html = ReturnType<typeof html>;

/** A page that downloads on a click, so that whoever only looks at the address uses nothing. */
export async function renderPlainPage(page: LandingPage): Promise<RenderedPage> {
  const { filename, usesLeft, expiresAt } = page;
  const fallback = page.several ? 'Files were shared with you' : 'A file was shared with you';
  const text = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${filename ?? 'Download'}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>${filename ?? fallback}</h1>
          ${offer(page)}
          <p>Available until ${expiresAt.toUTCString()}.</p>
          ${usesLeft === undefined ? '' : html`<p>Downloads left: ${usesLeft}.</p>`}
        </main>
      </body>
    </html>`;
  return { html: text.toString(), policy: policyFor(page.storage) };
}

/** What can be done now, or why nothing can. */
function offer(page: LandingPage): Html | readonly Html[] {
  const { state, refusal, openElsewhere } = page;
  if (state !== 'active') return alert(STANDINGS[state]);
  const retry = refusal?.code === 'password-wrong' || refusal?.code === 'password-required';
  if (refusal !== undefined && !retry) return alert(refusal.message);
  if (openElsewhere) return html`<p>Open this page in your browser to download: use the menu at the top right.</p>`;
  return refusal === undefined ? form(page) : [alert(refusal.message), form(page)];
}

function alert(message: string): Html {
  return html`<p role="alert">${message.slice(0, 1).toUpperCase()}${message.slice(1)}.</p>`;
}

function form({ path, needsPassword, password, several, objects, next }: LandingPage): Html {
  const asks = needsPassword && password === undefined;
  const kept = password === undefined ? '' : html`<input type="hidden" name="password" value="${password}" />`;
  const field = html`<p>
    <label>Password <input type="password" name="password" required autocomplete="off" /></label>
  </p>`;
  const single = html`<button>${several ? 'Show the files' : 'Download'}</button>`;
  const list = html`<ul>
      ${objects.map(entry)}
    </ul>
    ${objects.length === 0 ? html`<p>There are no files here now.</p>` : ''}
    ${next === undefined ? '' : html`<button formaction="${next}">More files</button>`}`;
  return html`<form method="post" action="${path}">${asks ? field : kept} ${several && !asks ? list : single}</form>`;
}

function entry({ name, size, path }: LandingObject): Html {
  const bytes = size === undefined ? '' : `, ${size.toLocaleString('en')} bytes`;
  return html`<li><button formaction="${path}">Download ${name}</button>${bytes}</li>`;
}
