import { type ReactNode, useMemo } from 'react';
import { Button } from 'react-aria-components/Button';
import { Checkbox } from 'react-aria-components/Checkbox';
import { Collection } from 'react-aria-components/Collection';
import { GridList, GridListItem, GridListLoadMoreItem, type Selection } from 'react-aria-components/GridList';
import { ListLayout, Virtualizer } from 'react-aria-components/Virtualizer';
import { Icon } from '../parts/icons.tsx';
import { useLanguage } from '../texts/language.tsx';
import { previewOf, type Row } from './rows.ts';

export interface ObjectListProps {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
  readonly onOpen: (row: Row) => void;
  readonly onLink: (row: Row) => void;
  readonly loadMore: () => void;
  readonly isLoadingMore: boolean;
}

const ROW_HEIGHT = 52;

/** A folder's content: only the rows in view are in the page, so that many thousands scroll well. */
export function ObjectList(props: ObjectListProps): ReactNode {
  const { label, rows, selected, onSelect, onOpen, onLink, loadMore, isLoadingMore } = props;
  const { t, tag } = useLanguage();
  const byId = useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
  const folders = useMemo(() => rows.filter(({ kind }) => kind === 'folder').map(({ id }) => id), [rows]);
  const select = (selection: Selection): void => {
    const objects = rows.filter(({ kind }) => kind === 'object').map(({ id }) => id);
    onSelect(selection === 'all' ? new Set(objects) : new Set([...selection].map(String)));
  };
  const open = (id: string): void => {
    const row = byId.get(id);
    if (row !== undefined) onOpen(row);
  };
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: ROW_HEIGHT, loaderHeight: 40 }}>
      <GridList
        // Rows that were made stay as they are, so another language needs another list.
        key={tag}
        className="object-list"
        aria-label={label}
        selectionMode="multiple"
        selectedKeys={selected}
        onSelectionChange={select}
        disabledKeys={folders}
        disabledBehavior="selection"
        onAction={(id) => open(String(id))}
      >
        <Collection items={rows}>{(row) => <ObjectRow row={row} onLink={onLink} />}</Collection>
        <GridListLoadMoreItem className="object-more" isLoading={isLoadingMore} onLoadMore={loadMore}>
          {t('common.loading')}
        </GridListLoadMoreItem>
      </GridList>
    </Virtualizer>
  );
}

function ObjectRow({ row, onLink }: { readonly row: Row; readonly onLink: (row: Row) => void }): ReactNode {
  return (
    <GridListItem id={row.id} textValue={row.name} className={`object-row object-row-${row.kind}`}>
      <ObjectCells row={row} onLink={onLink} />
    </GridListItem>
  );
}

// Apart from the item, as this runs for the rows in view only.
function ObjectCells({ row, onLink }: { readonly row: Row; readonly onLink: (row: Row) => void }): ReactNode {
  const { t, size, shortInstant } = useLanguage();
  const modified = row.kind === 'object' ? row.object.lastModified : undefined;
  const icon = row.kind === 'object' && previewOf(row.name) === 'image' ? 'image' : 'file';
  return (
    <>
      <span className="object-check">
        {row.kind === 'object' && (
          <Checkbox slot="selection" className="checkbox">
            <span className="checkbox-box">
              <Icon name="check" />
            </span>
          </Checkbox>
        )}
      </span>
      <span className="object-icon">
        <Icon name={row.kind === 'folder' ? 'folder' : icon} />
      </span>
      <span className="object-name" title={row.name}>
        {row.name}
      </span>
      <span className="object-size">{row.kind === 'object' ? size(row.object.size) : t('objects.folder')}</span>
      <span className="object-date">{modified === undefined ? '' : shortInstant(new Date(modified))}</span>
      <Button
        className="button button-bare object-link"
        aria-label={t('objects.getLinkFor', { name: row.name })}
        onPress={() => onLink(row)}
      >
        <Icon name="link" />
        <span className="object-link-text">{t('objects.getLink')}</span>
      </Button>
    </>
  );
}
