import { type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useLanguage } from '../texts/language.tsx';
import { Icon } from './icons.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for screen readers. */
  readonly of: string;
  readonly isMain?: boolean;
}

/** Copies a text, and says for a moment whether that worked. */
export function CopyButton({ text, of, isMain = false }: CopyButtonProps): ReactNode {
  const { t } = useLanguage();
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (outcome !== 'copied') return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2500);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    // Absent on plain http outside the loopback.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setOutcome('copied'),
      () => setOutcome('failed'),
    );
  };
  return (
    <>
      <Button
        className={isMain ? 'button button-main' : 'button'}
        onPress={copy}
        aria-label={`${t('common.copy')}: ${of}`}
      >
        <Icon name={outcome === 'copied' ? 'check' : 'copy'} />
        {outcome === 'copied' ? t('common.copied') : t('common.copy')}
      </Button>
      <span role="status" className={outcome === 'failed' ? 'hint' : 'visually-hidden'}>
        {outcome === 'copied' && t('common.copied')}
        {outcome === 'failed' && t('common.copyFailed')}
      </span>
    </>
  );
}
