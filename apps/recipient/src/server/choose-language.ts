import { CHINESE } from '../texts/chinese.ts';
import { ENGLISH, type Texts } from '../texts/english.ts';

/** A language of the page. */
export interface Language {
  readonly tag: 'en' | 'zh-CN';
  readonly texts: Texts;
}

const LANGUAGES: readonly (readonly [prefix: string, language: Language])[] = [
  ['zh', { tag: 'zh-CN', texts: CHINESE }],
  ['en', { tag: 'en', texts: ENGLISH }],
];

/** The language that a browser prefers, by `Accept-Language` (RFC 9110, 12.5.4); English for all that the page does not speak. */
export function chooseLanguage(accepted: string | null): Language {
  const wanted = (accepted ?? '')
    .slice(0, 1000)
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().toLowerCase().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)/.exec(text)?.[1]).find((text) => text !== undefined);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { tag, quality } of wanted) {
    const found = LANGUAGES.find(([prefix]) => tag === prefix || tag.startsWith(`${prefix}-`));
    if (found !== undefined && quality > 0) return found[1];
  }
  return { tag: 'en', texts: ENGLISH };
}
