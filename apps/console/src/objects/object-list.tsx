import { memo, type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useGridList } from 'react-aria/useGridList';
import type { Selection } from 'react-stately';
import { type ListState, useListState } from 'react-stately/useListState';
import { ObjectRow } from './object-row.tsx';
import { RowCollection } from './row-collection.ts';
import { RowSlots } from './row-slots.ts';
import { ROW_HEIGHT, useRowLayout, useRowWindow } from './row-window.ts';
import type { Row } from './rows.ts';

export interface ObjectListProps {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
  readonly onOpen: (row: Row) => void;
  readonly onLink: (row: Row) => void;
  /** Called when the end of the rows comes near, and again when there are more rows and it is near still. */
  readonly onNearEnd: () => void;
}

/** A folder's content: only the rows in view are in the page, so that many thousands scroll well. */
export const ObjectList = memo(function ObjectList(props: ObjectListProps): ReactNode {
  const { label, rows, selected, onSelect, onOpen, onLink, onNearEnd } = props;
  const list = useRef<HTMLDivElement>(null);
  const collection = useMemo(() => new RowCollection(rows), [rows]);
  const folders = useMemo(() => rows.filter(({ kind }) => kind === 'folder').map(({ id }) => id), [rows]);
  const select = (selection: Selection): void => {
    const objects = rows.filter(({ kind }) => kind === 'object').map(({ id }) => id);
    onSelect(selection === 'all' ? new Set(objects) : new Set([...selection].map(String)));
  };
  const state = useListState<Row>({
    collection,
    selectionMode: 'multiple',
    selectedKeys: selected,
    onSelectionChange: select,
    disabledKeys: folders,
    disabledBehavior: 'selection',
  });
  const { gridProps } = useGridList(
    {
      'aria-label': label,
      isVirtualized: true,
      layoutDelegate: useRowLayout(list, collection),
      onAction(key) {
        const row = collection.getItem(key)?.value;
        if (row !== null && row !== undefined) onOpen(row);
      },
    },
    state,
    list,
  );
  return (
    <div {...gridProps} ref={list} className="object-list">
      <RowsInView list={list} rows={rows} state={state} onLink={onLink} onNearEnd={onNearEnd} />
    </div>
  );
});

interface RowsInViewProps extends Pick<ObjectListProps, 'rows' | 'onLink' | 'onNearEnd'> {
  readonly list: RefObject<HTMLElement | null>;
  readonly state: ListState<Row>;
}

const NEAR = 60;

// Apart from the list, as this alone changes with each scrolled row.
function RowsInView({ list, rows, state, onLink, onNearEnd }: RowsInViewProps): ReactNode {
  const { first, end } = useRowWindow(list, rows.length);
  const isNearEnd = end > 0 && end + NEAR >= rows.length;
  useEffect(() => {
    if (isNearEnd) onNearEnd();
  }, [isNearEnd, rows.length, onNearEnd]);
  const { focusedKey } = state.selectionManager;
  const focused = focusedKey === null ? undefined : state.collection.getItem(focusedKey)?.index;
  const inView = Array.from({ length: end - first }, (_, offset) => first + offset);
  // A row that has the focus stays in the page, or the focus would be lost.
  const isApart = focused !== undefined && (focused < first || focused >= end);
  const indexes = isApart ? [focused, ...inView] : inView;
  const [slots] = useState(() => new RowSlots());
  const keys = slots.assign(indexes.flatMap((index) => rows[index]?.id ?? []));
  return (
    <div role="presentation" className="object-rows" style={{ height: rows.length * ROW_HEIGHT }}>
      {indexes.map((index) => {
        const row = rows[index];
        return row && <ObjectRow key={keys.get(row.id)} row={row} index={index} state={state} onLink={onLink} />;
      })}
    </div>
  );
}
