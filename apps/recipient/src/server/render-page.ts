import type { PageStyle } from '#assets';
import type { LandingObject, LandingPage, RenderedPage } from '@ossgrant/grant-handler';
import { html, raw } from 'hono/html';
import type { PageData } from '../page-data.ts';
import type { Texts } from '../texts/english.ts';
import { ERROR_KINDS } from '../texts/error-kinds.ts';
import { fill, formatBytes } from '../texts/fill.ts';
import { chooseLanguage, type Language } from './choose-language.ts';

/** The page's style, and where its scripts are. */
export interface PageFiles {
  /** By language. */
  readonly scripts: Readonly<Record<Language['tag'], string>>;
  /** Imported by each of them. */
  readonly main: string;
  readonly style: PageStyle;
}

/** The page's policy: its own files, and the storage that the objects come from. */
function policyFor(storage: string | undefined, style: PageStyle): string {
  const from = storage === undefined ? '' : ` ${storage}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'sha256-${style.hash}'`,
    `connect-src 'self'${from}`,
    `img-src 'self' data:${from}`,
    `media-src 'self'${from}`,
    `form-action 'self'${from}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

type Html = ReturnType<typeof html>;

/**
 * Renders the page for recipients. What it holds works without script: a form that downloads on a click, so that whoever only looks
 * at the address uses nothing. The script takes its place.
 */
export async function renderPage(page: LandingPage, request: Request, files: PageFiles): Promise<RenderedPage> {
  const language = chooseLanguage(request.headers.get('accept-language'));
  const { tag, texts } = language;
  const problem = problemOf(page, language);
  const heading = problem?.title ?? page.filename ?? (page.several ? texts.manyFiles : texts.oneFile);
  const text = await html`<!doctype html>
    <html lang="${tag}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <meta name="color-scheme" content="light dark" />
        <title>${problem?.title ?? page.filename ?? texts.title}</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${files.style.text}</style>`)}
      </head>
      <body>
        <main id="page">
          <h1>${heading}</h1>
          ${problem === undefined ? offer(page, language) : html`<p>${problem.text}</p>`}
        </main>
        ${problem === undefined ? [raw(dataBlock(dataOf(page))), scriptTags(files, tag)] : ''}
      </body>
    </html>`;
  return { html: text.toString(), policy: policyFor(page.storage, files.style) };
}

/** Not a tagged template: the bundler gives one that holds an end of a script a helper of a package that is not there. */
function scriptTags({ scripts, main }: PageFiles, tag: Language['tag']): ReturnType<typeof raw> {
  return raw(`<script type="module" src="${scripts[tag]}"></script><link rel="modulepreload" href="${main}" />`);
}

/** What the script needs of it. */
function dataOf({ path, several, needsPassword, refusal, password }: LandingPage): PageData {
  return {
    path,
    several,
    needsPassword,
    ...(refusal === undefined ? {} : { refusal: refusal.code }),
    ...(password === undefined ? {} : { password }),
  };
}

// A data block is not a script: the policy lets it be, and nothing runs it.
function dataBlock(data: PageData): string {
  return `<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', String.raw`\u003c`)}</script>`;
}

interface Words {
  readonly title: string;
  readonly text: string;
}

/** Why nothing can be downloaded on this page, and what to do. */
function problemOf(page: LandingPage, { texts, tag }: Language): Words | undefined {
  const { state, openElsewhere, notBefore } = page;
  if (state !== 'active') {
    const time = notBefore === undefined ? '' : formatTime(notBefore, tag);
    return { title: texts[`${state}.title`], text: fill(texts[`${state}.text`], { time }) };
  }
  if (!openElsewhere) return undefined;
  return { title: texts['open-elsewhere.title'], text: texts['open-elsewhere.text'] };
}

// The visitor's zone is not known here; the script says it in theirs.
function formatTime(time: Date, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(time)} UTC`;
}

function offer(page: LandingPage, { texts, tag }: Language): Html {
  const { refusal, expiresAt, usesLeft, several } = page;
  const isPassword = refusal?.code === 'password-wrong' || refusal?.code === 'password-required';
  const terms = html`<dl>
    <dt>${texts.until}</dt>
    <dd>${formatTime(expiresAt, tag)}</dd>
    ${
      usesLeft === undefined
        ? ''
        : html`<dt>${texts.usesLeft}</dt>
            <dd>${usesLeft}</dd>`
    }
  </dl>`;
  // As the script has them, so that nothing moves when it takes over. A list may be long: what is said of it stands before it.
  return html`${refusal === undefined ? '' : html`<p role="alert" class="alert">${refusalText(texts, refusal)}</p>`}
  ${several ? terms : ''} ${refusal === undefined || isPassword ? form(page, texts, tag) : ''} ${several ? '' : terms}`;
}

function refusalText(texts: Texts, { code, message }: NonNullable<LandingPage['refusal']>): string {
  const name = Object.hasOwn(ERROR_KINDS, code) ? ERROR_KINDS[code as keyof typeof ERROR_KINDS] : `error.${code}`;
  return Object.hasOwn(texts, name) ? texts[name as keyof Texts] : `${message}.`;
}

function form(page: LandingPage, texts: Texts, tag: string): Html {
  const { path, needsPassword, password, several, objects, next } = page;
  const asks = needsPassword && password === undefined;
  const kept = password === undefined ? '' : html`<input type="hidden" name="password" value="${password}" />`;
  const field = html`<p>${texts.passwordWhy}</p>
    <label class="field">
      ${texts.password}
      <input type="password" name="password" required autocomplete="off" />
    </label>`;
  const list = html`<ul class="objects">
      ${objects.map((object) => entry(object, texts, tag))}
    </ul>
    ${objects.length === 0 ? html`<p>${texts.noFiles}</p>` : ''}
    ${next === undefined ? '' : html`<button formaction="${next}">${texts.moreFiles}</button>`}`;
  const single = html`<button class="primary">${several ? texts.showFiles : texts.download}</button>`;
  return html`<form method="post" action="${path}">${asks ? field : kept} ${several && !asks ? list : single}</form>`;
}

function entry({ name, size, path }: LandingObject, texts: Texts, tag: string): Html {
  return html`<li>
    <span class="name">${name}</span>
    ${size === undefined ? '' : html`<span class="size">${formatBytes(size, tag)}</span>`}
    <button formaction="${path}" aria-label="${fill(texts.downloadName, { name })}">${texts.download}</button>
  </li>`;
}
