import { ENGLISH, mountInspector, SIMPLIFIED_CHINESE } from '@ossgrant/inspector';
import { type ReactNode, useEffect, useRef } from 'react';
import { hrefOf } from '../parts/route.ts';
import { useLanguage } from '../texts/language.tsx';
import { readOwnAddress } from './own-address.ts';

const TEXTS = { en: ENGLISH, 'zh-CN': SIMPLIFIED_CHINESE } as const;

/** What a link grants, and why it may be refused: read in the page, which sends nothing. */
export function InspectPage(): ReactNode {
  const { t, tag } = useLanguage();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    return mountInspector(host.current, {
      texts: TEXTS[tag],
      locale: tag,
      recognise(url) {
        const own = readOwnAddress(url);
        if (own === undefined) return undefined;
        const href = hrefOf(own.kind === 'share' ? { page: 'shares', id: own.id } : { page: 'access' });
        return {
          title: t(`inspect.${own.kind}`),
          text: t(`inspect.${own.kind}Text`),
          link: { href, text: t(`inspect.${own.kind}Open`) },
        };
      },
    });
  }, [t, tag]);
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
