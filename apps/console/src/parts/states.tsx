import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { ApiProblem } from '../api/problem.ts';
import { useLanguage } from '../texts/language.tsx';
import { problemText } from '../texts/server-words.ts';
import { Icon, type IconName } from './icons.tsx';

/** A failure, with what to do. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactNode {
  const language = useLanguage();
  const { t } = language;
  const id = error instanceof ApiProblem ? error.requestId : undefined;
  return (
    <Notice kind="bad" title={t('problem.title')}>
      <p>{problemText(error, language)}</p>
      {id !== undefined && <p className="quiet">{t('common.requestId', { id })}</p>}
      {retry !== undefined && (
        <Button className="button" onPress={retry}>
          {t('common.retry')}
        </Button>
      )}
    </Notice>
  );
}

const NOTICES = { info: 'info', warning: 'warning', bad: 'warning', good: 'check' } as const satisfies Record<
  string,
  IconName
>;

interface NoticeProps {
  readonly kind: keyof typeof NOTICES;
  readonly title?: string;
  readonly children?: ReactNode;
}

/** Something to be read before going on. */
export function Notice({ kind, title, children }: NoticeProps): ReactNode {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      <Icon name={NOTICES[kind]} />
      <div>
        {title !== undefined && <p className="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

/** A place with nothing in it, and how something gets there. */
export function Empty({ icon, title, children }: EmptyProps): ReactNode {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading(): ReactNode {
  const { t } = useLanguage();
  return (
    <ProgressBar className="loading" isIndeterminate aria-label={t('common.loading')}>
      <span className="loading-bar" />
      <span className="quiet">{t('common.loading')}</span>
    </ProgressBar>
  );
}
