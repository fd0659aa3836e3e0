import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Form } from 'react-aria-components/Form';
import { api } from './api/client.ts';
import { codeOf } from './api/problem.ts';
import { Field } from './parts/fields.tsx';
import { Frame } from './parts/frame.tsx';
import { Failure, Notice } from './parts/states.tsx';
import { ThemePicker } from './parts/theme.tsx';
import { LanguagePicker } from './shell.tsx';
import { useLanguage } from './texts/language.tsx';

interface SignInProps {
  /** Whether there was a session before. */
  readonly hasEnded: boolean;
  readonly onSignedIn: () => Promise<void>;
}

/** The way in: by a one-time address, which needs nothing to be typed, or by an API key. */
export function SignIn({ hasEnded, onSignedIn }: SignInProps): ReactNode {
  const { t } = useLanguage();
  const [key, setKey] = useState('');
  const signIn = useMutation({
    mutationFn: async (body: { key: string } | { code: string }) => {
      await api.signIn(body);
      setKey('');
      await onSignedIn();
    },
  });
  const { mutate } = signIn;
  useEffect(() => {
    document.title = `${t('signIn.title')} · ossgrant`;
  }, [t]);
  useEffect(() => {
    const code = takeCode();
    if (code !== undefined) mutate({ code });
  }, [mutate]);
  const refused = codeOf(signIn.error) === 'unauthenticated';
  const byCode = signIn.variables !== undefined && 'code' in signIn.variables;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '' && !signIn.isPending) mutate({ key: key.trim() });
  };
  const tools = (
    <>
      <LanguagePicker />
      <ThemePicker />
    </>
  );
  return (
    <Frame tools={tools}>
      <div className="card sign-in-card">
        <h1>{t('signIn.title')}</h1>
        {hasEnded && signIn.isIdle && <Notice kind="info">{t('signIn.ended')}</Notice>}
        <p className="quiet">{t('signIn.intro')}</p>
        {signIn.isError && refused && byCode && <Notice kind="bad">{t('signIn.codeWrong')}</Notice>}
        {signIn.isError && !refused && <Failure error={signIn.error} />}
        <Form onSubmit={submit} className="stack">
          <Field
            label={t('signIn.key')}
            hint={t('signIn.keyHint')}
            type="password"
            autoComplete="off"
            value={key}
            onChange={setKey}
            error={signIn.isError && refused && !byCode ? t('signIn.wrong') : undefined}
          />
          <Button type="submit" className="button button-main" isDisabled={key.trim() === ''}>
            {signIn.isPending ? t('signIn.working') : t('signIn.submit')}
          </Button>
        </Form>
      </div>
    </Frame>
  );
}

/** The code of a one-time address, which leaves the address and the history at once. */
function takeCode(): string | undefined {
  const code = /^#\/?sign-in=([\w-]+)$/.exec(location.hash)?.[1];
  if (code !== undefined) history.replaceState(null, '', '#/objects');
  return code;
}
