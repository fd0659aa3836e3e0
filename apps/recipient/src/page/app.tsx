import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PageData } from '../page-data.ts';
import { ask, sharePath, type ShareInfo } from './client.ts';
import type { ManyObjects } from './many-objects.tsx';
import type { OneObject } from './one-object.tsx';
import { PasswordForm } from './password-form.tsx';
import { isPartMissing, reload } from './reload.ts';
import { useWords } from './words.ts';

/** The page: asks for a password first where there is one. */
export function App({ page }: { readonly page: PageData }): JSX.Element {
  const { say, error } = useWords();
  const [password, setPassword] = useState(page.password);
  const [info, setInfo] = useState<ShareInfo>();
  // Loaded while the server is asked.
  const [part] = useState(() => loadPart(page.several));
  const [{ One, Many }, setParts] = useState<Parts>({});
  const [failure, setFailure] = useState<unknown>(page.refusal === undefined ? undefined : { code: page.refusal });
  const path = sharePath(page.path);
  const isLocked = page.needsPassword && info === undefined;

  async function open(given: string | undefined): Promise<void> {
    if (isPartMissing(failure) && (await reload(undefined))) return;
    try {
      setInfo(await ask<ShareInfo>(`${path}/info`, given));
      setParts(await part);
      setPassword(given);
      setFailure(undefined);
    } catch (reason) {
      setFailure(reason);
    }
  }

  useEffect(() => {
    if (!page.needsPassword || password !== undefined) void open(password);
  }, []);

  const unnamed = say(page.several ? 'manyFiles' : 'oneFile');
  const shared = { path, password, credentials: info?.credentials === true };
  const key = page.path.split('/o/')[1];
  return (
    <>
      <h1>{page.several ? unnamed : (info?.filename ?? unnamed)}</h1>
      {info?.label !== undefined && <p class="label">{say('from', { label: info.label })}</p>}
      {failure !== undefined && (
        <p role="alert" class="alert">
          {error(failure)}
        </p>
      )}
      {isLocked && <PasswordForm onPassword={open} />}
      {failure !== undefined && !page.needsPassword && (
        <button onClick={() => void open(password)}>{say('retry')}</button>
      )}
      {info !== undefined && Many !== undefined && <Many share={shared} onUsed={() => void open(password)} />}
      {info !== undefined && One !== undefined && (
        <One
          share={shared}
          onUsed={() => void open(password)}
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
      {info !== undefined && <Terms info={info} />}
    </>
  );
}

/** What the page is of: one of the two. */
interface Parts {
  readonly One?: typeof OneObject;
  readonly Many?: typeof ManyObjects;
}

function loadPart(several: boolean): Promise<Parts> {
  const part: Promise<Parts> = several
    ? import('./many-objects.tsx').then(({ ManyObjects: Many }) => ({ Many }))
    : import('./one-object.tsx').then(({ OneObject: One }) => ({ One }));
  // It is awaited later; until then it must not count as unhandled.
  part.catch(() => {});
  return part;
}

function Terms({ info }: { readonly info: ShareInfo }): JSX.Element {
  const { say, instant } = useWords();
  return (
    <dl class="terms">
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
    </dl>
  );
}
