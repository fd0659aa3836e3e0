import type { ReactNode } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import type { Selection } from 'react-aria-components/Table';
import { Cell, Column, Row, type SortDescriptor, Table, TableBody, TableHeader } from 'react-aria-components/Table';
import type { Share, ShareState } from '../api/types.ts';
import { Icon } from '../parts/icons.tsx';
import { type Language, useLanguage } from '../texts/language.tsx';
import { contentOf, titleOf } from './share-names.ts';

interface ShareTableProps {
  readonly shares: readonly Share[];
  readonly showOwner: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly sort: SortDescriptor;
  readonly onSort: (sort: SortDescriptor) => void;
  readonly onOpen: (id: string) => void;
}

/** Shares, one in each row. */
export function ShareTable(props: ShareTableProps): ReactNode {
  const { shares, showOwner, selected, onSelect, sort, onSort, onOpen } = props;
  const { t, tag } = useLanguage();
  const select = (selection: Selection): void => {
    onSelect(selection === 'all' ? new Set(shares.map(({ id }) => id)) : new Set([...selection].map(String)));
  };
  const columns = [
    { id: 'what', name: t('shares.what'), className: '' },
    { id: 'state', name: t('shares.state'), className: '' },
    { id: 'uses', name: t('shares.uses'), className: 'wide-only' },
    { id: 'lastUse', name: t('shares.lastUse'), className: 'wide-only' },
    { id: 'ends', name: t('shares.ends'), className: 'wide-only' },
    { id: 'created', name: t('shares.created'), className: 'wide-only' },
    ...(showOwner ? [{ id: 'owner', name: t('shares.owner'), className: 'wide-only' }] : []),
  ];
  return (
    <Table
      key={`${tag} ${showOwner}`}
      className="table"
      aria-label={t('shares.table')}
      selectionMode="multiple"
      selectedKeys={selected}
      onSelectionChange={select}
      sortDescriptor={sort}
      onSortChange={onSort}
      onRowAction={(id) => onOpen(String(id))}
    >
      <TableHeader>
        <Column className="table-check">
          <SelectBox />
        </Column>
        {columns.map(({ id, name, className }) => (
          <Column key={id} id={id} isRowHeader={id === 'what'} allowsSorting className={`table-head ${className}`}>
            {({ sortDirection }) => (
              <span className={`sort sort-${sortDirection ?? 'none'}`}>
                {name}
                <Icon name="down" />
              </span>
            )}
          </Column>
        ))}
      </TableHeader>
      <TableBody>
        {shares.map((share) => (
          <ShareRow key={share.id} share={share} showOwner={showOwner} />
        ))}
      </TableBody>
    </Table>
  );
}

function SelectBox(): ReactNode {
  return (
    <Checkbox slot="selection" className="checkbox">
      <span className="checkbox-box">
        <Icon name="check" />
      </span>
    </Checkbox>
  );
}

function ShareRow({ share, showOwner }: { readonly share: Share; readonly showOwner: boolean }): ReactNode {
  const language = useLanguage();
  const { t, shortInstant, relative } = language;
  const lastUse = share.lastUsedAt === undefined ? undefined : new Date(share.lastUsedAt);
  const end = new Date(share.expiresAt);
  const content = contentOf(share, language);
  const title = titleOf(share, language);
  return (
    <Row id={share.id} textValue={title} className="table-row">
      <Cell className="table-check">
        <SelectBox />
      </Cell>
      <Cell className="table-what">
        <span className="share-title">{title}</span>
        {title !== content && <span className="hint">{content}</span>}
        <span className="hint narrow-only">
          {t('shares.summary', {
            uses: usesText(share, language),
            relative: relative(end),
            past: String(end.getTime() < Date.now()),
          })}
        </span>
      </Cell>
      <Cell>
        <StateBadge state={share.state} />
      </Cell>
      <Cell className="wide-only">{usesText(share, language)}</Cell>
      <Cell className="wide-only">
        {lastUse === undefined ? (
          <span className="quiet">{t('shares.unused')}</span>
        ) : (
          <>
            {shortInstant(lastUse)}
            <span className="hint">{relative(lastUse)}</span>
          </>
        )}
      </Cell>
      <Cell className="wide-only">
        {shortInstant(end)}
        <span className="hint">{relative(end)}</span>
      </Cell>
      <Cell className="wide-only">{shortInstant(new Date(share.createdAt))}</Cell>
      {showOwner && <Cell className="wide-only">{share.owner}</Cell>}
    </Row>
  );
}

/** Downloads, and how many there may be. */
export function usesText({ uses, limits }: Share, { t, number }: Language): string {
  const { maxUses } = limits;
  return maxUses === undefined ? number(uses) : t('shares.usesOf', { uses: number(uses), most: number(maxUses) });
}

export function StateBadge({ state }: { readonly state: ShareState }): ReactNode {
  const { t } = useLanguage();
  return <span className={`badge badge-${state}`}>{t(`share.state.${state}`)}</span>;
}
