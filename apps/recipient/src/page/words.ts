import { createContext, type Context } from 'preact';
import { useContext } from 'preact/hooks';
import type { TextName, Texts } from '../texts/english.ts';
import { ERROR_KINDS } from '../texts/error-kinds.ts';
import { fill, formatBytes } from '../texts/fill.ts';
import { isPartMissing } from './reload.ts';

/** Says things in the page's language. */
export interface Words {
  readonly say: (name: TextName, values?: Readonly<Record<string, string | number>>) => string;
  readonly bytes: (count: number) => string;
  /** In the visitor's zone. */
  readonly instant: (iso: string) => string;
  readonly duration: (ms: number) => string;
  /** Says what went wrong, by the code of an error. */
  readonly error: (error: unknown) => string;
}

/** Makes them. */
export function createWords(texts: Texts, language: string): Words {
  const instants = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' });
  const say: Words['say'] = (name, values = {}) => fill(texts[name], values);
  const isName = (name: string): name is TextName => Object.hasOwn(texts, name);
  const isKind = (name: string): name is keyof typeof ERROR_KINDS => Object.hasOwn(ERROR_KINDS, name);
  return {
    say,
    bytes: (count) => formatBytes(count, language),
    instant: (iso) => instants.format(new Date(iso)),
    duration(ms): string {
      const seconds = Math.max(1, Math.round(ms / 1000));
      if (seconds < 60) return say('seconds', { n: seconds });
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) return say('minutes', { n: minutes });
      return say('hours', { n: Math.floor(minutes / 60), m: minutes % 60 });
    },
    error(error): string {
      if (isPartMissing(error)) return say('error.NETWORK');
      const { serviceCode, code } = (error ?? {}) as { readonly serviceCode?: unknown; readonly code?: unknown };
      for (const name of [serviceCode, code].filter((value) => typeof value === 'string')) {
        const [state, reason] = [`${name}.title`, `error.${name}`];
        if (isName(state)) return `${say(state)}. ${say(`${name}.text` as TextName)}`.replace('。. ', '。');
        if (isName(reason)) return say(reason);
        if (isKind(name)) return say(ERROR_KINDS[name]);
      }
      return say('error.other', { code: typeof code === 'string' ? code : '?' });
    },
  };
}

/** The words of the components below. */
export const WordsContext: Context<Words> = createContext<Words>(undefined as unknown as Words);

/** The page's words. */
export function useWords(): Words {
  return useContext(WordsContext);
}
