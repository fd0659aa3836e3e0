import { ENGLISH, mountInspector, SIMPLIFIED_CHINESE } from '@ossgrant/inspector';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLanguage } from '../texts/language.tsx';

const TEXTS = { en: ENGLISH, 'zh-CN': SIMPLIFIED_CHINESE } as const;

/** What a link grants, and why it may be refused: read in the page, which sends nothing. */
export function InspectPage(): ReactNode {
  const { t, tag } = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    return mountInspector(host.current, { texts: TEXTS[tag], locale: tag });
  }, [tag]);
  return (
    <>
      <h1>{t('nav.inspect')}</h1>
      <section className="card inspect">
        <h2 className="visually-hidden">{t('inspect.pasted')}</h2>
        <div ref={host} />
      </section>
    </>
  );
}
