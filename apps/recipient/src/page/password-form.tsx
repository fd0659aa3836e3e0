import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useWords } from './words.ts';

/** Asks for the password of a share. */
export function PasswordForm({
  onPassword,
}: {
  readonly onPassword: (password: string) => Promise<void>;
}): JSX.Element {
  const { say } = useWords();
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const password = new FormData(event.currentTarget as HTMLFormElement).get('password');
    setBusy(true);
    await onPassword(typeof password === 'string' ? password : '');
    setBusy(false);
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>{say('passwordWhy')}</p>
      <label class="field">
        {say('password')}
        <input type="password" name="password" required autocomplete="off" />
      </label>
      <button class="primary" disabled={busy}>
        {say('open')}
      </button>
    </form>
  );
}
