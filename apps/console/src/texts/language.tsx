import { setupI18n, type Messages } from '@lingui/core';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Frame } from '../parts/frame.tsx';
import { readPreference, writePreference } from '../parts/preferences.ts';
import type english from './en.json';
import { createFormats, type Formats } from './formats.ts';

export type TextName = keyof typeof english;
export type LanguageTag = 'en' | 'zh-CN';

/** The page's words and formats in one language. */
export interface Language extends Formats {
  readonly tag: LanguageTag;
  readonly choose: (tag: LanguageTag) => void;
  readonly t: (name: TextName, values?: Readonly<Record<string, string | number>>) => string;
}

const LanguageContext = createContext<Language | undefined>(undefined);

const CATALOGS: Readonly<Record<LanguageTag, () => Promise<{ default: Record<TextName, unknown> }>>> = {
  en: () => import('./en.json'),
  'zh-CN': () => import('./zh-CN.json'),
};

function preferred(): LanguageTag {
  const chosen = readPreference('language');
  if (chosen === 'en' || chosen === 'zh-CN') return chosen;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Shows its children once the language's texts are there. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [wanted, choose] = useState(preferred);
  const [loaded, setLoaded] = useState<{ tag: LanguageTag; messages: Messages }>();
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const { default: messages } = await CATALOGS[wanted]();
      if (current) setLoaded({ tag: wanted, messages: messages as Messages });
    };
    void load();
    return () => void (current = false);
  }, [wanted]);
  const language = useMemo((): Language | undefined => {
    if (loaded === undefined) return undefined;
    const { tag, messages } = loaded;
    document.documentElement.lang = tag;
    const i18n = setupI18n({ locale: tag, messages: { [tag]: messages } });
    const t: Language['t'] = (name, values) => i18n._(name, values);
    return {
      tag,
      t,
      choose(next) {
        writePreference('language', next);
        choose(next);
      },
      ...createFormats(tag, t),
    };
  }, [loaded]);
  // What index.html shows goes on until there are words.
  if (language === undefined) {
    return (
      <Frame>
        <div className="loading">
          <span className="loading-bar" />
        </div>
      </Frame>
    );
  }
  return (
    <LanguageContext value={language}>
      <I18nProvider locale={language.tag === 'en' ? 'en-US' : language.tag}>{children}</I18nProvider>
    </LanguageContext>
  );
}

/** The language that the user reads. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === undefined) throw new Error('useLanguage needs a LanguageProvider');
  return language;
}
