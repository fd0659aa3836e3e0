import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Form } from 'react-aria-components/Form';
import { api } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { Choice, Field } from '../parts/fields.tsx';
import { Picker } from '../parts/picker.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { AccessResult, type Given } from './access-result.tsx';
import { type GrantInput, grantOf, longestGrant } from './grant-input.ts';
import { HandleList } from './handle-list.tsx';
import { PolicyView } from './policy-view.tsx';
import { ScopeFields } from './scope-fields.tsx';

/** Hands out temporary credentials, or an address that gives them. */
export function AccessPage({ me }: { readonly me: Me }): ReactNode {
  const { t } = useLanguage();
  if (!me.credentials || me.scopes.length === 0) {
    return (
      <>
        <h1>{t('access.title')}</h1>
        <Empty icon="key" title={t(me.credentials ? 'objects.noBuckets' : 'access.off')}>
          <p className="quiet">{t(me.credentials ? 'objects.noBucketsHint' : 'access.offHint')}</p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <h1>{t('access.title')}</h1>
      <p className="quiet">{t('access.intro')}</p>
      <GrantPanel me={me} />
      <HandleList />
    </>
  );
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const CREDENTIAL_LIVES = [15 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR];
const HANDLE_LIVES = [HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY];

function firstInput({ scopes: [first] }: Me): GrantInput {
  const input = { kind: 'prefix' as const, list: false, durationSeconds: 15 * MINUTE, sessionName: '' };
  return { bucket: first?.bucket ?? '', text: first?.prefix ?? '', ...input };
}

function GrantPanel({ me }: { readonly me: Me }): ReactNode {
  const { t, duration } = useLanguage();
  const queries = useQueryClient();
  const [input, setInput] = useState(() => firstInput(me));
  const [give, setGive] = useState<'handle' | 'now'>('handle');
  const [handleLife, setHandleLife] = useState(DAY);
  const [label, setLabel] = useState('');
  const change = (part: Partial<GrantInput>): void => setInput((before) => ({ ...before, ...part }));
  const grant = grantOf(input);
  const longest = longestGrant(me.scopes, input);
  const make = useMutation({
    mutationFn: async (): Promise<Given> => {
      if (grant === undefined) throw new TypeError('the form is not complete');
      if (give === 'now') return { credentials: await api.grant(grant) };
      const named = label.trim() === '' ? {} : { label: label.trim() };
      return { handle: await api.handle({ ...grant, expiresIn: Math.min(handleLife, longest), ...named }) };
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['handles'] }),
    // Credentials are not kept once they have been shown.
    gcTime: 0,
  });
  if (make.data !== undefined) return <AccessResult given={make.data} onAgain={make.reset} />;
  const lives = (all: readonly number[]): { value: string; label: string }[] =>
    all
      .filter((life) => life <= longest || life === all[0])
      .map((life) => ({ value: String(life), label: duration(life) }));
  return (
    <div className="access">
      <Form
        className="card access-form stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!make.isPending) make.mutate();
        }}
      >
        <ScopeFields scopes={me.scopes} input={input} isOutside={longest === 0} onChange={change} />
        <Picker
          label={t('access.life')}
          value={String(input.durationSeconds)}
          onChange={(life) => change({ durationSeconds: Number(life) })}
          options={lives(CREDENTIAL_LIVES)}
        />
        <Field
          label={t('access.session')}
          hint={t('access.sessionHint')}
          placeholder={me.id}
          value={input.sessionName}
          onChange={(sessionName) => change({ sessionName })}
        />
        <Choice
          label={t('access.give')}
          value={give}
          onChange={setGive}
          options={(['handle', 'now'] as const).map((value) => ({
            value,
            label: t(`access.${value}`),
            hint: t(`access.${value}Hint`),
          }))}
        />
        {give === 'handle' && (
          <>
            <Picker
              label={t('access.handleLife')}
              value={String(handleLife)}
              onChange={(life) => setHandleLife(Number(life))}
              options={lives(HANDLE_LIVES)}
            />
            <Field label={t('access.label')} value={label} onChange={setLabel} />
          </>
        )}
        {make.isError && <Failure error={make.error} />}
        <div className="button-row">
          <Button type="submit" className="button button-main" isDisabled={grant === undefined || longest === 0}>
            {make.isPending ? t('access.making') : t('access.make')}
          </Button>
        </div>
      </Form>
      <PolicyView grant={grant} />
    </div>
  );
}
