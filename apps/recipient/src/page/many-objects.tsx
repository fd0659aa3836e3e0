import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, type ListedObject, type ObjectList } from './client.ts';
import type { Share } from './share.ts';
import { TransferView } from './transfer-view.tsx';
import { useTransfer } from './use-transfer.ts';
import { useWords } from './words.ts';

/** The objects of a share of several: one, some or all are downloaded. */
export function ManyObjects({
  share,
  onUsed,
}: {
  readonly share: Share;
  /** Called when the share may have fewer uses left. */
  readonly onUsed: () => void;
}): JSX.Element {
  const { say, error } = useWords();
  const [objects, setObjects] = useState<readonly ListedObject[]>();
  const [next, setNext] = useState<string>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>();

  const shown = objects ?? [];

  async function list(known: readonly ListedObject[], cursor: string | undefined): Promise<ObjectList> {
    const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor }).toString()}`;
    const page = await ask<ObjectList>(`${share.path}/list${query}`, share.password);
    const all = [...known, ...page.objects.filter(({ key }) => !key.endsWith('/'))];
    setObjects(all);
    setNext(page.next);
    return { ...page, objects: all };
  }

  async function load(cursor: string | undefined): Promise<void> {
    try {
      await list(shown, cursor);
      setFailure(undefined);
    } catch (reason) {
      setFailure(reason);
    }
  }

  /** What is selected; without a selection all that there is, also on pages that are not shown yet. */
  async function findWanted(): Promise<readonly ListedObject[]> {
    if (selected.size > 0) return shown.filter(({ key }) => selected.has(key));
    let all = shown;
    for (let cursor = next; cursor !== undefined;) ({ objects: all, next: cursor } = await list(all, cursor));
    return all;
  }

  useEffect(() => void load(undefined), []);

  const prefix = commonFolder(shown);
  const zip = useTransfer(
    async (options) => {
      const wanted = await findWanted();
      const { downloadZip } = await import('./zip.ts');
      return downloadZip(share, { objects: wanted, prefix: commonFolder(wanted) }, options);
    },
    undefined,
    onUsed,
  );

  function toggle(key: string): void {
    setSelected((known) => {
      const changed = new Set(known);
      if (!changed.delete(key)) changed.add(key);
      return changed;
    });
  }

  const all = selected.size === shown.length && shown.length > 0;
  return (
    <>
      {failure !== undefined && (
        <p role="alert" class="alert">
          {error(failure)}
        </p>
      )}
      {objects?.length === 0 && <p>{say('noFiles')}</p>}
      {shown.length > 0 && (
        <>
          <TransferView
            transfer={zip}
            canPause={false}
            label={selected.size === 0 ? say('downloadAll') : say('downloadSome', { n: selected.size })}
          />
          <label class="choice">
            <input
              type="checkbox"
              checked={all}
              onChange={() => setSelected(all ? new Set() : new Set(shown.map(({ key }) => key)))}
            />
            {say('selectAll')}
          </label>
          <ul class="objects">
            {shown.map((object) => (
              <Row
                key={object.key}
                share={share}
                onUsed={onUsed}
                object={object}
                name={object.key.slice(prefix.length)}
                isSelected={selected.has(object.key)}
                onToggle={() => toggle(object.key)}
              />
            ))}
          </ul>
        </>
      )}
      {next !== undefined && <button onClick={() => void load(next)}>{say('moreFiles')}</button>}
    </>
  );
}

function Row({
  share,
  onUsed,
  object,
  name,
  isSelected,
  onToggle,
}: {
  readonly share: Share;
  readonly onUsed: () => void;
  readonly object: ListedObject;
  readonly name: string;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const { say, bytes } = useWords();
  const file = name.split('/').at(-1) ?? name;
  const transfer = useTransfer(
    async (options) => (await import('./transfer.ts')).transfer(share, { ...object, name: file }, options),
    `bytes ${share.path} ${object.key}`,
    onUsed,
  );
  return (
    <li>
      <input type="checkbox" checked={isSelected} onChange={onToggle} aria-label={say('select', { name })} />
      <span class="name">{name}</span>
      {object.size !== undefined && <span class="size">{bytes(object.size)}</span>}
      {transfer.state.kind === 'idle' ? (
        <button onClick={transfer.start} aria-label={say('downloadName', { name })}>
          {say('download')}
        </button>
      ) : (
        <div class="row-transfer">
          <TransferView transfer={transfer} label={say('download')} canPause />
        </div>
      )}
    </li>
  );
}

/** The folder that all are below: it says nothing where it stands before each name. */
function commonFolder(objects: readonly ListedObject[]): string {
  const [first = { key: '' }, ...rest] = objects;
  let folder = first.key.slice(0, first.key.lastIndexOf('/') + 1);
  for (const { key } of rest) {
    while (!key.startsWith(folder)) folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  }
  return folder;
}
