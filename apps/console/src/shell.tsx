import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { codeOf } from './api/problem.ts';
import type { Me } from './api/types.ts';
import { Brand } from './parts/frame.tsx';
import { Picker } from './parts/picker.tsx';
import { hrefOf, type Route } from './parts/route.ts';
import { Notice } from './parts/states.tsx';
import { ThemePicker } from './parts/theme.tsx';
import { useLanguage } from './texts/language.tsx';

const PAGES = ['objects', 'shares', 'access', 'inspect'] as const;

interface ShellProps {
  readonly me: Me;
  readonly page: Route['page'];
  readonly onSignOut: () => void;
  readonly children: ReactNode;
}

/** What stands around every page. */
export function Shell({ me, page, onSignOut, children }: ShellProps): ReactNode {
  const { t } = useLanguage();
  const isOffline = useOffline();
  useEffect(() => {
    document.title = `${t(`nav.${page}`)} · ossgrant`;
  }, [page, t]);
  return (
    <div className="shell">
      <a className="skip" href="#content" onClick={skip}>
        {t('app.skip')}
      </a>
      <header className="top">
        <Brand href={hrefOf({ page: 'objects', prefix: '' })} />
        <nav className="nav" aria-label={t('nav.label')}>
          {PAGES.map((name) => (
            <a
              key={name}
              className="nav-link"
              href={hrefOf({ page: name, prefix: '' })}
              aria-current={name === page ? 'page' : undefined}
            >
              {t(`nav.${name}`)}
            </a>
          ))}
        </nav>
        <div className="top-tools">
          <LanguagePicker />
          <ThemePicker />
          <Button className="button button-bare" onPress={onSignOut}>
            {t('app.signOut')}
            <span className="quiet user">{me.id}</span>
          </Button>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="content">
        {isOffline && <Notice kind="warning" title={t('offline.banner')} />}
        {children}
      </main>
    </div>
  );
}

// The place in the address is the page's, so the link may not change it.
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

export function LanguagePicker(): ReactNode {
  const { t, tag, choose } = useLanguage();
  return (
    <Picker
      label={t('app.language')}
      isLabelHidden
      value={tag}
      onChange={choose}
      options={[
        { value: 'en', label: 'English' },
        { value: 'zh-CN', label: '简体中文' },
      ]}
    />
  );
}

const RETRY_MS = 3000;

/** Whether the last answers were none; as long as that is so, what failed is asked for again. */
function useOffline(): boolean {
  const queries = useQueryClient();
  useIsFetching();
  const [, tick] = useState(0);
  const lost = queries.getQueryCache().findAll({ predicate: ({ state }) => codeOf(state.error) === 'offline' });
  const isOffline = lost.length > 0 || !navigator.onLine;
  useEffect(() => {
    if (!isOffline) return undefined;
    const timer = setInterval(() => {
      tick((count) => count + 1);
      void queries.refetchQueries({ predicate: ({ state }) => codeOf(state.error) === 'offline' });
    }, RETRY_MS);
    return () => clearInterval(timer);
  }, [isOffline, queries]);
  return isOffline;
}
