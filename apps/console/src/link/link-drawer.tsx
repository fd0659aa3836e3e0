import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Form } from 'react-aria-components/Form';
import { api } from '../api/client.ts';
import { codeOf } from '../api/problem.ts';
import type { Me } from '../api/types.ts';
import { Drawer } from '../parts/drawer.tsx';
import { Choice, Field } from '../parts/fields.tsx';
import { Failure, Notice } from '../parts/states.tsx';
import { useSettled } from '../parts/use-settled.ts';
import { useLanguage } from '../texts/language.tsx';
import { problemText, warningText } from '../texts/server-words.ts';
import { LifeField } from './life-field.tsx';
import { checkOf, FIRST_INPUT, type LinkInput, wrongFields } from './link-input.ts';
import { LinkResult } from './link-result.tsx';
import { makeLinks, MOST_KEYS } from './make-links.ts';
import { MoreOptions } from './more-options.tsx';
import { type LinkTarget, nameOf } from './target.ts';

interface LinkDrawerProps {
  readonly me: Me;
  readonly target: LinkTarget;
  readonly onClose: () => void;
}

/** Makes links: what cannot work is said before one is made. */
export function LinkDrawer({ me, target, onClose }: LinkDrawerProps): ReactNode {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [input, setInput] = useState(() => firstInput(me, target));
  const [idempotencyKey, renewKey] = useState(() => crypto.randomUUID());
  const make = useMutation({
    mutationFn: () => makeLinks(target, input, idempotencyKey),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['shares'] }),
  });
  const change = (part: Partial<LinkInput>): void => {
    setInput((before) => ({ ...before, ...part }));
    // Another content is another share; the same content twice is one.
    renewKey(crypto.randomUUID());
  };
  const { keys = [], prefix = t('link.forMany', { count: keys.length }) } = target;
  const [only, ...others] = keys;
  const subtitle = only !== undefined && others.length === 0 ? nameOf(only) : prefix;
  return (
    <Drawer title={t('link.title')} subtitle={subtitle} onClose={onClose}>
      {make.data === undefined ? (
        <LinkForm
          me={me}
          target={target}
          input={input}
          onChange={change}
          onSubmit={() => make.mutate()}
          isPending={make.isPending}
          error={make.error}
        />
      ) : (
        <LinkResult {...make.data} isDirect={input.kind === 'direct'} onAgain={() => make.reset()} />
      )}
    </Drawer>
  );
}

function firstInput(me: Me, target: LinkTarget): LinkInput {
  return { ...FIRST_INPUT, lifeSeconds: Math.min(FIRST_INPUT.lifeSeconds, longestLife(me, target)) };
}

/** The longest life that the user's scopes allow for all of it. */
function longestLife(me: Me, { bucket, keys, prefix }: LinkTarget): number {
  const lives = (keys ?? [prefix]).map((key) => {
    const fitting = me.scopes.filter((scope) => scope.bucket === bucket && key.startsWith(scope.prefix));
    return Math.max(0, ...fitting.map(({ longestSeconds }) => longestSeconds));
  });
  return Math.min(...lives);
}

interface LinkFormProps {
  readonly me: Me;
  readonly target: LinkTarget;
  readonly input: LinkInput;
  readonly onChange: (change: Partial<LinkInput>) => void;
  readonly onSubmit: () => void;
  readonly isPending: boolean;
  readonly error: unknown;
}

const TYPING_MS = 300;

function LinkForm({ me, target, input, onChange, onSubmit, isPending, error }: LinkFormProps): ReactNode {
  const language = useLanguage();
  const { t } = language;
  const longest = longestLife(me, target);
  const count = target.keys?.length ?? 0;
  const isSingle = target.keys?.length === 1;
  const isSeveral = input.kind === 'share' && count > 1;
  const isTooMany = isSeveral && input.many === 'one' && count > MOST_KEYS;
  const wrong = wrongFields(input, Date.now());
  const settled = useSettled(input, TYPING_MS);
  const check = useQuery({
    queryKey: ['check', target, settled],
    queryFn: ({ signal }) => api.urls(checkOf(target, settled), signal),
    enabled: wrong.length === 0 && !(settled.kind === 'direct' && target.prefix !== undefined),
    gcTime: 0,
    retry: false,
  });
  const isRefused = check.isError && codeOf(check.error) !== 'offline';
  const cannot = isTooMany || isRefused;
  const warnings = check.data?.[0]?.warnings ?? [];
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong.length === 0 && !cannot && !isPending) onSubmit();
      }}
    >
      {target.prefix === undefined && (
        <Choice
          label={t('link.kind')}
          value={input.kind}
          onChange={(kind) => onChange({ kind })}
          options={(['share', 'direct'] as const).map((value) => ({
            value,
            label: t(`link.${value}`),
            hint: t(`link.${value}Hint`),
          }))}
        />
      )}
      {isSeveral && (
        <Choice
          label={t('link.many')}
          value={input.many}
          onChange={(many) => onChange({ many })}
          options={(['one', 'each'] as const).map((value) => ({
            value,
            label: t(`link.many.${value}`),
            hint: t(`link.many.${value}Hint`),
          }))}
        />
      )}
      <LifeField input={input} onChange={onChange} longestSeconds={longest} />
      <RealEnd input={settled} longestSeconds={longest} checked={check.data?.[0]} />
      {isSingle && (
        <Field
          label={t('link.filename')}
          hint={t('link.filenameHint')}
          placeholder={nameOf(target.keys[0] ?? '')}
          value={input.filename}
          onChange={(filename) => onChange({ filename })}
        />
      )}
      <Choice
        compact
        label={t('link.disposition')}
        value={input.disposition}
        onChange={(disposition) => onChange({ disposition })}
        options={[
          { value: 'attachment', label: t('link.save') },
          { value: 'inline', label: t('link.show') },
        ]}
      />
      <MoreOptions me={me} target={target} input={input} wrong={wrong} onChange={onChange} />
      <div className="drawer-foot">
        {/* In view with the button that they are about. */}
        {warnings.length > 0 && (
          <Notice kind="warning" title={t('link.warnings')}>
            {warnings.map((warning) => (
              <p key={warning.code}>{warningText(warning, language)}</p>
            ))}
          </Notice>
        )}
        {cannot && (
          <Notice kind="bad" title={t('link.cannot')}>
            {isTooMany && <p>{t('link.tooMany', { most: language.number(MOST_KEYS) })}</p>}
            {isRefused && <p>{problemText(check.error, language)}</p>}
          </Notice>
        )}
        {error !== null && <Failure error={error} />}
        <Button type="submit" className="button button-main" isDisabled={wrong.length > 0 || cannot}>
          {isPending ? t('link.making') : t('link.make')}
        </Button>
      </div>
    </Form>
  );
}

interface RealEndProps {
  readonly input: LinkInput;
  readonly longestSeconds: number;
  readonly checked: { readonly expiresAt: string; readonly limitedBy: string } | undefined;
}

/** When the link really ends, and what made it end earlier than it was asked to. */
function RealEnd({ input, longestSeconds, checked }: RealEndProps): ReactNode {
  const { t, instant, relative, duration } = useLanguage();
  const asked = input.end ?? new Date(Date.now() + input.lifeSeconds * 1000);
  const limit = input.kind === 'direct' ? checked?.limitedBy : undefined;
  const end = input.kind === 'direct' && checked !== undefined ? new Date(checked.expiresAt) : asked;
  return (
    <div className="real-end" role="status">
      <p>{t('link.ends', { date: instant(end), relative: relative(end) })}</p>
      {(limit === 'credential' || limit === 'signature-version') && (
        <p className="real-end-why">{t(`link.limitedBy.${limit}`)}</p>
      )}
      <p className="hint">{t('link.limitedBy.scope', { duration: duration(longestSeconds) })}</p>
    </div>
  );
}
