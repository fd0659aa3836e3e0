import { explain } from '@ossgrant/url-presigner/explain';
import { inspectUrl } from '@ossgrant/url-presigner/inspect';
import { describeLink } from './describe-link.ts';
import { readPasted, type Pasted } from './read-pasted.ts';
import type { InspectorTexts } from './texts.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'];

/** What the inspector is mounted with. */
export interface InspectorOptions {
  readonly texts: InspectorTexts;
  /** BCP 47, for dates and numbers. */
  readonly locale: string;
  /** What a URL is that storage did not sign, such as an address of the page's own server. @returns undefined for all others */
  readonly recognise?: (url: string) => Recognised | undefined;
}

/** Words on a URL, and where its reader learns more. */
export interface Recognised {
  readonly title: string;
  readonly text: string;
  readonly link: { readonly href: string; readonly text: string };
}

/**
 * Puts the inspector into an element: a field to paste into, and below it what the link grants, until when, and why a server may
 * refuse it. All is computed in the page: it sends nothing, stores nothing, and has no field for a secret. Texts become text nodes,
 * so that nothing pasted is ever taken for markup.
 *
 * @returns removes it
 */
export function mountInspector(host: HTMLElement, options: InspectorOptions): () => void {
  const { texts } = options;
  const input = element('textarea', { rows: '6', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off' });
  const method = element('select', { autocomplete: 'off' });
  method.append(option('', texts.methodAsPasted), ...METHODS.map((name) => option(name, name)));
  const result = element('div', { class: 'inspector-result', 'aria-live': 'polite' });
  const root = element('div', { class: 'inspector' });
  root.append(
    labelled(texts.prompt, input),
    element('p', { class: 'inspector-privacy' }, texts.privacy),
    labelled(texts.method, method),
    result,
  );
  const show = (): void => result.replaceChildren(...report(input.value, method.value, options));
  input.addEventListener('input', show);
  method.addEventListener('change', show);
  host.replaceChildren(root);
  return () => root.remove();
}

function report(text: string, method: string, options: InspectorOptions): readonly Node[] {
  const { texts, recognise } = options;
  if (text.trim() === '') return [];
  const pasted = readPasted(text);
  if (pasted.url === undefined) {
    const code = /<Code>([A-Za-z.]{1,64})<\/Code>/.exec(pasted.error ?? '')?.[1];
    return code === undefined
      ? [element('p', {}, texts.nothingFound)]
      : [table([[texts.facts.error, code]]), element('p', {}, texts.causesNeedError)];
  }
  const recognised = recognise?.(pasted.url);
  if (recognised !== undefined) return other(recognised);
  try {
    return [...granted(pasted.url, options), ...refused({ ...pasted, url: pasted.url }, method, texts)];
  } catch (error) {
    return [element('p', { role: 'alert' }, error instanceof Error ? error.message : texts.nothingFound)];
  }
}

function other({ title, text, link }: Recognised): readonly Node[] {
  return [element('h3', {}, title), element('p', {}, text), element('a', { href: link.href }, link.text)];
}

function granted(url: string, { texts, locale }: InspectorOptions): readonly Node[] {
  const link = inspectUrl(url);
  const warnings = link.warnings.map(({ code, message }) => item(code, message));
  return [
    element('h3', {}, texts.grants),
    table(describeLink(link, texts, locale)),
    element('h3', {}, texts.warnings),
    warnings.length === 0 ? element('p', {}, texts.noWarnings) : list(warnings),
  ];
}

function refused(pasted: Pasted & { readonly url: string }, method: string, texts: InspectorTexts): readonly Node[] {
  const { url, headers, error } = pasted;
  const { causes } = explain({
    url,
    method: method === '' ? (pasted.method ?? 'GET') : method,
    ...(headers === undefined ? {} : { headers }),
    ...(error === undefined ? {} : { error }),
  });
  const items = causes.map(({ code, certainty, message, fix }) => {
    const entry = item(`${code} (${texts.certainty[certainty] ?? certainty})`, message);
    entry.append(element('p', {}, `${texts.fix}: ${fix}`));
    return entry;
  });
  return [
    element('h3', {}, texts.causes),
    items.length === 0 ? element('p', {}, texts.noCauses) : list(items),
    ...(error === undefined ? [element('p', {}, texts.causesNeedError)] : []),
  ];
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

function labelled(text: string, control: HTMLElement): HTMLLabelElement {
  const label = element('label', {});
  label.append(element('span', {}, text), control);
  return label;
}

function option(value: string, text: string): HTMLOptionElement {
  return element('option', { value }, text);
}

function item(term: string, text: string): HTMLLIElement {
  const made = element('li');
  made.append(element('strong', {}, term), element('p', {}, text));
  return made;
}

function list(items: readonly HTMLLIElement[]): HTMLUListElement {
  const made = element('ul');
  made.append(...items);
  return made;
}

function table(rows: readonly (readonly [string, string])[]): HTMLTableElement {
  const made = element('table');
  const body = element('tbody');
  for (const [name, value] of rows) {
    const row = element('tr');
    row.append(element('th', { scope: 'row' }, name), element('td', {}, value));
    body.append(row);
  }
  made.append(body);
  return made;
}
