import { type KeyboardEvent, memo, type ReactNode, type SyntheticEvent, useRef, useState } from 'react';
import { useGridListItem, useGridListSelectionCheckbox } from 'react-aria/useGridList';
import type { Node } from 'react-stately';
import type { ListState } from 'react-stately/useListState';
import { Icon } from '../parts/icons.tsx';
import { useLanguage } from '../texts/language.tsx';
import { ROW_HEIGHT } from './row-window.ts';
import { isPicture, type Row, type StoredRow } from './rows.ts';
import { useThumbnail } from './thumbnails.ts';

interface ObjectRowProps {
  readonly row: Row;
  readonly index: number;
  readonly state: ListState<Row>;
  readonly onLink: (row: Row) => void;
}

/** A folder or an object. Its two controls are the browser's own: a row of React Aria's components takes five times as long. */
export const ObjectRow = memo(function ObjectRow({ row, index, state, onLink }: ObjectRowProps): ReactNode {
  const { t, size, day, shortInstant } = useLanguage();
  const element = useRef<HTMLDivElement>(null);
  const node = state.collection.getItem(row.id) as Node<Row>;
  const { rowProps, gridCellProps, descriptionProps } = useGridListItem({ node }, state, element);
  const { size: bytes, lastModified } = row.kind === 'object' ? row.object : {};
  const modified = lastModified === undefined ? undefined : new Date(lastModified);
  return (
    <div
      {...rowProps}
      ref={element}
      aria-rowindex={index + 1}
      className={`object-row object-row-${row.kind}`}
      style={{ top: index * ROW_HEIGHT }}
    >
      <div {...gridCellProps} className="object-cells">
        <span className="object-check">{row.kind === 'object' && <RowCheckbox id={row.id} state={state} />}</span>
        <span className="object-icon">
          <RowIcon row={row} />
        </span>
        <span className="object-name" title={row.name}>
          {row.name}
        </span>
        <span {...descriptionProps} className="object-size">
          {row.kind === 'folder' && t('objects.folder')}
          {bytes !== undefined && size(bytes)}
        </span>
        <span className="object-date">
          <span className="wide-only">{modified && shortInstant(modified)}</span>
          <span className="narrow-only">{modified && day(modified)}</span>
        </span>
        <button
          {...ownEvents}
          type="button"
          className="button button-bare object-link"
          aria-label={t('objects.getLinkFor', { name: row.name })}
          onClick={(event) => {
            event.stopPropagation();
            onLink(row);
          }}
        >
          <Icon name="link" />
          <span className="object-link-text">{t('objects.getLink')}</span>
        </button>
      </div>
    </div>
  );
});

function RowIcon({ row }: { readonly row: Row }): ReactNode {
  if (row.kind === 'folder') return <Icon name="folder" />;
  // By its key, as the element of the row may have shown another picture.
  return isPicture(row.name) ? <Thumbnail key={row.id} row={row} /> : <Icon name="file" />;
}

/** A small picture once it is there, and an icon until then and where there is none. */
function Thumbnail({ row }: { readonly row: StoredRow }): ReactNode {
  const url = useThumbnail(row);
  const [loaded, setLoaded] = useState<string>();
  return (
    <>
      {(url === undefined || loaded !== url) && <Icon name="image" />}
      {url !== undefined && (
        <img className="thumbnail" src={url} alt="" hidden={loaded !== url} onLoad={() => setLoaded(url)} />
      )}
    </>
  );
}

function RowCheckbox({ id, state }: { readonly id: string; readonly state: ListState<Row> }): ReactNode {
  const { checkboxProps } = useGridListSelectionCheckbox({ key: id }, state);
  const { isSelected = false, onChange } = checkboxProps;
  return (
    <input
      {...ownEvents}
      type="checkbox"
      className="checkbox row-checkbox"
      id={checkboxProps.id}
      aria-label={checkboxProps['aria-label']}
      aria-labelledby={checkboxProps['aria-labelledby']}
      checked={isSelected}
      onChange={(event) => onChange?.(event.target.checked)}
    />
  );
}

const stop = (event: SyntheticEvent): void => event.stopPropagation();

/** Keeps from the row what is meant for a control in it: otherwise a press would open the row, too. */
const ownEvents = {
  onPointerDown: stop,
  onMouseDown: stop,
  onTouchStart: stop,
  onClick: stop,
  onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' || event.key === ' ') stop(event);
  },
} as const;
