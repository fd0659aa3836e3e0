import type { ReactNode } from 'react';
import { Switch } from 'react-aria-components/Switch';
import type { Scope } from '../api/types.ts';
import { Choice, Field } from '../parts/fields.tsx';
import { Picker } from '../parts/picker.tsx';
import { useLanguage } from '../texts/language.tsx';
import type { GrantInput } from './grant-input.ts';

interface ScopeFieldsProps {
  readonly scopes: readonly Scope[];
  readonly input: GrantInput;
  /** Whether the user's key does not reach it. */
  readonly isOutside: boolean;
  readonly onChange: (change: Partial<GrantInput>) => void;
}

/** What may be downloaded. */
export function ScopeFields({ scopes, input, isOutside, onChange }: ScopeFieldsProps): ReactNode {
  const { t } = useLanguage();
  const buckets = [...new Set(scopes.map(({ bucket }) => bucket))];
  const isPrefix = input.kind === 'prefix';
  const places = scopes.map(({ bucket, prefix }) => `${bucket}/${prefix}`).join(', ');
  const isOpen = isPrefix && input.text !== '' && !input.text.endsWith('/');
  const error = isOutside ? t('access.outside', { places }) : undefined;
  return (
    <>
      {buckets.length > 1 && (
        <Picker
          label={t('access.bucket')}
          value={input.bucket}
          onChange={(bucket) => onChange({ bucket })}
          options={buckets.map((value) => ({ value, label: value }))}
        />
      )}
      <Choice
        compact
        label={t('access.what')}
        value={input.kind}
        onChange={(kind) => onChange({ kind })}
        options={[
          { value: 'prefix', label: t('access.folder') },
          { value: 'key', label: t('access.one') },
        ]}
      />
      <Field
        label={t(isPrefix ? 'access.prefix' : 'access.key')}
        hint={isPrefix ? t('access.prefixHint') : undefined}
        placeholder={isPrefix ? 'reports/' : 'reports/q3.pdf'}
        value={input.text}
        onChange={(text) => onChange({ text })}
        error={isOpen ? t('access.prefixHint') : error}
      />
      {isPrefix && (
        <Switch className="switch" isSelected={input.list} onChange={(list) => onChange({ list })}>
          <span className="switch-mark" />
          {t('access.list')}
        </Switch>
      )}
    </>
  );
}
