import { ApiProblem, type Code } from '../api/problem.ts';
import type { UrlWarning } from '../api/types.ts';
import type { Language, TextName } from './language.tsx';

/** Codes that answer the visitors of a share. */
type ForVisitors =
  | 'invalid-use'
  | 'not-yet'
  | 'password-required'
  | 'password-wrong'
  | 'address-not-allowed'
  | 'credentials-not-shared'
  | 'method-not-allowed'
  | 'choose-object'
  | 'expired'
  | 'used-up'
  | 'paused'
  | 'revoked'
  | 'too-many-passwords';

/** A refusal in the user's language; what only the server knows stays in its own words. */
export function problemText(error: unknown, { t }: Language): string {
  if (!(error instanceof ApiProblem)) return t('problem.internal');
  const { reason, message } = error;
  // Every code needs a text, or the page does not compile: either here or among those for visitors.
  const code = error.code as Exclude<Code, ForVisitors>;
  const detail = sentence(message);
  return (
    (reason === undefined ? undefined : textFor(`reason.${reason}`, t)) ??
    textFor(`problem.${code}`, t, { detail }) ??
    t('problem.other', { detail })
  );
}

/** What to know about a URL, in the user's language. */
export function warningText({ code, message }: UrlWarning, { t }: Language): string {
  return textFor(`warning.${code}`, t) ?? sentence(message);
}

/** A server that is newer than the page knows codes that have no text here. */
function textFor(name: TextName, t: Language['t'], values?: { readonly detail: string }): string | undefined {
  const text = t(name, values);
  return text === name ? undefined : text;
}

/** The server's texts start small and end without a stop. */
function sentence(text: string): string {
  const [first = '', ...rest] = text;
  return `${first.toUpperCase()}${rest.join('')}${/[.!?。]$/.test(text) ? '' : '.'}`;
}
