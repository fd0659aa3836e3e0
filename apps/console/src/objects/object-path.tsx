import type { ReactNode } from 'react';
import { hrefOf } from '../parts/route.ts';
import { useLanguage } from '../texts/language.tsx';

interface ObjectPathProps {
  readonly bucket: string;
  readonly prefix: string;
  /** Whether there are other buckets. */
  readonly canLeave: boolean;
}

/** The folders above, each a link. */
export function ObjectPath({ bucket, prefix, canLeave }: ObjectPathProps): ReactNode {
  const { t } = useLanguage();
  const names = prefix.split('/').slice(0, -1);
  const folders = names.map((name, index) => ({ name, prefix: `${names.slice(0, index + 1).join('/')}/` }));
  const steps = [{ name: bucket, prefix: '' }, ...folders];
  return (
    <nav className="path" aria-label={t('objects.path')}>
      <ol>
        {canLeave && (
          <li>
            <a href={hrefOf({ page: 'objects', prefix: '' })}>{t('objects.buckets')}</a>
          </li>
        )}
        {steps.map((step, index) => (
          <li key={step.prefix}>
            {index === steps.length - 1 ? (
              <span aria-current="page">{step.name}</span>
            ) : (
              <a href={hrefOf({ page: 'objects', bucket, prefix: step.prefix })}>{step.name}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
