import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { SortDescriptor } from 'react-aria-components/Table';
import { api } from '../api/client.ts';
import type { Me, Share } from '../api/types.ts';
import { Field } from '../parts/fields.tsx';
import { Picker } from '../parts/picker.tsx';
import { go } from '../parts/route.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { useSettled } from '../parts/use-settled.ts';
import { useLanguage } from '../texts/language.tsx';
import { ActBar } from './act-bar.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import { ShareDrawer } from './share-drawer.tsx';
import { useShareAct } from './share-acts.ts';
import { ShareTable } from './share-table.tsx';

const STATES = ['active', 'paused', 'revoked'] as const;
const REFRESH_MS = 15_000;
const TYPING_MS = 300;

interface SharesPageProps {
  readonly me: Me;
  /** The share that is shown, on the list or not. */
  readonly openId: string | undefined;
}

/** All shares: found, opened, and changed one by one or together. */
export function SharesPage({ me, openId }: SharesPageProps): ReactNode {
  const { t } = useLanguage();
  const [state, setState] = useState<'' | (typeof STATES)[number]>('');
  const [owner, setOwner] = useState<'' | '*'>('');
  const [label, setLabel] = useState('');
  const [sort, setSort] = useState<SortDescriptor>({ column: 'created', direction: 'descending' });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const act = useShareAct();
  const settledLabel = useSettled(label.trim(), TYPING_MS);
  const query = useInfiniteQuery({
    queryKey: ['shares', 'list', state, owner, settledLabel],
    queryFn: ({ pageParam, signal }) =>
      api.shares({ state, owner, label: settledLabel, cursor: pageParam, limit: '100' }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: REFRESH_MS,
  });
  const shares = useMemo(
    () => sorted(query.data?.pages.flatMap((page) => page.shares) ?? [], sort),
    [query.data, sort],
  );
  const chosen = shares.filter(({ id }) => selected.has(id));
  const listed = shares.find(({ id }) => id === openId);
  const alone = useQuery({
    queryKey: ['shares', 'one', openId],
    queryFn: ({ signal }) => api.shareById(openId ?? '', signal),
    enabled: openId !== undefined && query.isSuccess && listed === undefined,
  });
  const open = listed ?? (openId === undefined ? undefined : alone.data);
  const isFiltered = state !== '' || settledLabel !== '';
  return (
    <>
      <h1>{t('shares.title')}</h1>
      <div className="filters">
        <Field label={t('shares.search')} type="search" value={label} onChange={setLabel} />
        <Picker
          label={t('shares.state')}
          value={state}
          onChange={setState}
          options={[
            { value: '', label: t('shares.anyState') },
            ...STATES.map((value) => ({ value, label: t(`share.state.${value}`) })),
          ]}
        />
        {me.admin && (
          <Picker
            label={t('shares.whose')}
            value={owner}
            onChange={setOwner}
            options={[
              { value: '', label: t('shares.mine') },
              { value: '*', label: t('shares.all') },
            ]}
          />
        )}
      </div>
      {chosen.length > 0 && (
        <div className="bulk card">
          <p role="status">{t('common.selected', { count: chosen.length })}</p>
          <ActBar shares={chosen} isBusy={act.isPending} onAct={act.mutate} />
          <Button className="button button-bare" onPress={() => setSelected(new Set())}>
            {t('objects.clear')}
          </Button>
        </div>
      )}
      {act.data !== undefined && open === undefined && <OutcomeNotice outcome={act.data} onClose={act.reset} />}
      {query.isError && shares.length === 0 && <Failure error={query.error} retry={() => void query.refetch()} />}
      {openId !== undefined && open === undefined && alone.isError && <Failure error={alone.error} />}
      {query.isPending && <Loading />}
      {query.isSuccess && shares.length === 0 && (
        <Empty icon="share" title={t(isFiltered ? 'shares.noneFit' : 'shares.none')}>
          <p className="quiet">{t(isFiltered ? 'shares.noneFitHint' : 'shares.noneHint')}</p>
        </Empty>
      )}
      {shares.length > 0 && (
        <div className="card table-card">
          <ShareTable
            shares={shares}
            showOwner={owner === '*'}
            selected={selected}
            onSelect={setSelected}
            sort={sort}
            onSort={setSort}
            onOpen={(id) => go({ page: 'shares', id })}
          />
        </div>
      )}
      {query.hasNextPage && (
        <Button className="button" onPress={() => void query.fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
      {open !== undefined && (
        <ShareDrawer
          share={open}
          act={act}
          onClose={() => {
            act.reset();
            go({ page: 'shares' });
          }}
        />
      )}
    </>
  );
}

const SORT_KEYS: Readonly<Record<string, (share: Share) => string | number>> = {
  what: ({ label, keys, prefix }) => label ?? prefix ?? keys[0] ?? '',
  state: ({ state }) => state,
  uses: ({ uses }) => uses,
  lastUse: ({ lastUsedAt }) => lastUsedAt ?? '',
  ends: ({ expiresAt }) => expiresAt,
  created: ({ createdAt }) => createdAt,
  owner: ({ owner }) => owner,
};

function sorted(shares: readonly Share[], { column, direction }: SortDescriptor): readonly Share[] {
  const keyOf = SORT_KEYS[String(column)] ?? (() => 0);
  const sign = direction === 'ascending' ? 1 : -1;
  return shares.toSorted((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    if (a === b) return 0;
    return a < b ? -sign : sign;
  });
}
