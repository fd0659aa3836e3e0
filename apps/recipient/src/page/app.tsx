import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PageData } from '../page-data.ts';
import { ask, sharePath, type ShareInfo } from './client.ts';
import type { ManyObjects } from './many-objects.tsx';
import type { OneObject } from './one-object.tsx';
import { PasswordForm } from './password-form.tsx';
import { isPartMissing, reload } from './reload.ts';
import { useWords } from './words.ts';

/** What the server says of the share, and the part of the page that shows it: one of the two. */
interface Opened {
  readonly info: ShareInfo;
  readonly One?: typeof OneObject;
  readonly Many?: typeof ManyObjects;
}

/** What the page begins with. Neither: it asks for a password. */
interface First {
  readonly opened?: Opened;
  readonly failure?: unknown;
}

/** Opens the share, unless a password must be asked for first. */
export async function openFirst(page: PageData): Promise<First> {
  if (page.needsPassword && page.password === undefined) {
    // Loaded while the password is typed; what fails then is said when it is needed.
    loadPart(page.several).catch(() => {});
    return page.refusal === undefined ? {} : { failure: { code: page.refusal } };
  }
  try {
    return { opened: await open(page, page.password) };
  } catch (failure) {
    return { failure };
  }
}

async function open(page: PageData, password: string | undefined): Promise<Opened> {
  const asked = ask<ShareInfo>(`${sharePath(page.path)}/info`, password);
  const [info, part] = await Promise.all([asked, loadPart(page.several)]);
  return { info, ...part };
}

async function loadPart(several: boolean): Promise<Omit<Opened, 'info'>> {
  if (several) return { Many: (await import('./many-objects.tsx')).ManyObjects };
  return { One: (await import('./one-object.tsx')).OneObject };
}

/** The page: asks for a password first where there is one. */
export function App({ page, first }: { readonly page: PageData; readonly first: First }): JSX.Element {
  const { say, error } = useWords();
  const [password, setPassword] = useState(page.password);
  const [opened, setOpened] = useState(first.opened);
  const [failure, setFailure] = useState(first.failure);
  const { info, One, Many } = opened ?? {};

  async function openAgain(given: string | undefined): Promise<void> {
    if (isPartMissing(failure) && (await reload(undefined))) return;
    try {
      setOpened(await open(page, given));
      setPassword(given);
      setFailure(undefined);
    } catch (reason) {
      setFailure(reason);
    }
  }

  const unnamed = say(page.several ? 'manyFiles' : 'oneFile');
  const share = { path: sharePath(page.path), password, credentials: info?.credentials === true };
  const key = page.path.split('/o/')[1];
  const onUsed = (): void => void openAgain(password);
  return (
    <>
      <h1>{page.several ? unnamed : (info?.filename ?? unnamed)}</h1>
      {failure !== undefined && (
        <p role="alert" class="alert">
          {error(failure)}
        </p>
      )}
      {page.needsPassword && info === undefined && <PasswordForm onPassword={openAgain} />}
      {failure !== undefined && !page.needsPassword && (
        <button onClick={() => void openAgain(password)}>{say('retry')}</button>
      )}
      {info !== undefined && Many !== undefined && (
        <>
          <dl>
            <Terms info={info} />
          </dl>
          <Many share={share} onUsed={onUsed} />
        </>
      )}
      {info !== undefined && One !== undefined && (
        <One
          share={share}
          onUsed={onUsed}
          terms={<Terms info={info} />}
          object={{
            name: info.filename ?? decodeURIComponent(key?.split('/').at(-1) ?? 'download'),
            preview: info.preview,
            ...(key === undefined ? {} : { key: decodeURIComponent(key) }),
            ...(info.size === undefined ? {} : { size: info.size }),
            ...(info.contentType === undefined ? {} : { contentType: info.contentType }),
            ...(info.crc64 === undefined ? {} : { crc64: info.crc64 }),
          }}
        />
      )}
    </>
  );
}

/** Until when, how often and from whom: what the server has rendered comes first, so that it stays where it was. */
function Terms({ info }: { readonly info: ShareInfo }): JSX.Element {
  const { say, instant } = useWords();
  return (
    <>
      <dt>{say('until')}</dt>
      <dd>
        <time dateTime={info.expiresAt}>{instant(info.expiresAt)}</time>
      </dd>
      {info.usesLeft !== undefined && (
        <>
          <dt>{say('usesLeft')}</dt>
          <dd>{info.usesLeft}</dd>
        </>
      )}
      {info.label !== undefined && (
        <>
          <dt>{say('from')}</dt>
          <dd>{info.label}</dd>
        </>
      )}
    </>
  );
}
