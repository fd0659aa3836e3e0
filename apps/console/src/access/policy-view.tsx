import { type ReactNode, useState } from 'react';
import type { NewGrant } from '../api/types.ts';
import { Field } from '../parts/fields.tsx';
import { Notice } from '../parts/states.tsx';
import { type Language, useLanguage } from '../texts/language.tsx';
import { lets, policyOf } from './grant-input.ts';

/** What the credentials will allow, in words and as the policy itself, and whether that lets a key be downloaded. */
export function PolicyView({ grant }: { readonly grant: NewGrant | undefined }): ReactNode {
  const language = useLanguage();
  const { t } = language;
  const [key, setKey] = useState('');
  const policy = grant === undefined ? undefined : policyOf(grant);
  const isAllowed = policy !== undefined && grant !== undefined && lets(policy, grant.bucket, key);
  return (
    <section className="card access-policy stack">
      <h2>{t('access.policy')}</h2>
      {grant === undefined || policy === undefined ? (
        <p className="quiet">{t('access.prefixHint')}</p>
      ) : (
        <>
          <p>{wordsOf(grant, language)}</p>
          <Field label={t('access.try')} hint={t('access.tryHint')} value={key} onChange={setKey} />
          <div role="status">
            {key !== '' && (
              <Notice kind={isAllowed ? 'good' : 'warning'}>
                <p>{t(isAllowed ? 'access.allowed' : 'access.denied', { key })}</p>
              </Notice>
            )}
          </div>
          <pre className="code" tabIndex={0} aria-label={t('access.json')}>
            {JSON.stringify(policy, null, 2)}
          </pre>
        </>
      )}
    </section>
  );
}

function wordsOf({ bucket, keys, prefix = '', list }: NewGrant, { t }: Language): string {
  const [key] = keys ?? [];
  if (key !== undefined) return t('access.words.one', { bucket, key });
  return t(list === true ? 'access.words.list' : 'access.words.folder', { bucket, prefix });
}
