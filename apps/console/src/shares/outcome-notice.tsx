import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Notice } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { problemText } from '../texts/server-words.ts';
import type { Outcome } from './share-acts.ts';

interface OutcomeNoticeProps {
  readonly outcome: Outcome;
  readonly onClose: () => void;
}

/** Says what was done, what was not, and takes it back. */
export function OutcomeNotice({ outcome, onClose }: OutcomeNoticeProps): ReactNode {
  const language = useLanguage();
  const { t } = language;
  const queries = useQueryClient();
  const { kind, changed, failures, undo } = outcome;
  const takeBack = async (): Promise<void> => {
    onClose();
    await undo?.();
    await queries.invalidateQueries({ queryKey: ['shares'] });
  };
  return (
    <div role="status" className="stack">
      {changed.length > 0 && (
        <Notice kind="good">
          <p>{t(`shares.done.${kind}`, { count: changed.length })}</p>
          {undo !== undefined && (
            <Button className="button" onPress={() => void takeBack()}>
              {t('common.undo')}
            </Button>
          )}
        </Notice>
      )}
      {failures.length > 0 && (
        <Notice kind="bad" title={t('shares.failed', { count: failures.length })}>
          <p>{problemText(failures[0], language)}</p>
        </Notice>
      )}
    </div>
  );
}
