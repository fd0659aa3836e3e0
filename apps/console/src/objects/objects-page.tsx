import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Me, Scope } from '../api/types.ts';
import type { LinkTarget } from '../link/target.ts';
import { Field } from '../parts/fields.tsx';
import { Icon } from '../parts/icons.tsx';
import { later } from '../parts/later.ts';
import { go, hrefOf } from '../parts/route.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { ObjectList } from './object-list.tsx';
import { ObjectPath } from './object-path.tsx';
import { loadRows, type Row } from './rows.ts';
import { ThumbnailContext, Thumbnails } from './thumbnails.ts';

const LinkDrawer = later(async () => (await import('../link/link-drawer.tsx')).LinkDrawer);
const DetailsDrawer = later(async () => (await import('./details-drawer.tsx')).DetailsDrawer);

interface ObjectsPageProps {
  readonly me: Me;
  readonly bucket: string | undefined;
  readonly prefix: string;
}

/** Buckets, and folders in them. */
export function ObjectsPage({ me, bucket, prefix }: ObjectsPageProps): ReactNode {
  const { t } = useLanguage();
  const [only] = me.scopes;
  // Who has one place to share from starts in it.
  const place = bucket === undefined && me.scopes.length === 1 && only !== undefined ? only : undefined;
  const shown = place?.bucket ?? bucket;
  if (shown !== undefined) {
    const folder = place?.prefix ?? prefix;
    return <Folder key={`${shown}/${folder}`} me={me} bucket={shown} prefix={folder} />;
  }
  return (
    <>
      <h1>{t('objects.buckets')}</h1>
      {me.scopes.length === 0 ? (
        <Empty icon="bucket" title={t('objects.noBuckets')}>
          <p className="quiet">{t('objects.noBucketsHint')}</p>
        </Empty>
      ) : (
        <ul className="buckets">
          {me.scopes.map((scope) => (
            <li key={`${scope.bucket}/${scope.prefix}`}>
              <BucketLink scope={scope} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function BucketLink({ scope }: { readonly scope: Scope }): ReactNode {
  return (
    <a className="bucket" href={hrefOf({ page: 'objects', ...scope })}>
      <Icon name="bucket" />
      <span>{scope.bucket}</span>
      {scope.prefix !== '' && <span className="quiet">{scope.prefix}</span>}
    </a>
  );
}

interface FolderProps {
  readonly me: Me;
  readonly bucket: string;
  readonly prefix: string;
}

function Folder({ me, bucket, prefix }: FolderProps): ReactNode {
  const { t } = useLanguage();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState<LinkTarget>();
  const [details, setDetails] = useState<Row>();
  const query = useInfiniteQuery({
    queryKey: ['objects', bucket, prefix, search],
    queryFn: ({ pageParam, signal }) => loadRows({ bucket, prefix, search, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
  const thumbnails = useMemo(() => new Thumbnails(bucket), [bucket]);
  // More of a long folder arrives while it is scrolled, and may wait for a moment when nothing else is to be drawn.
  const pages = useDeferredValue(query.data?.pages);
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages]);
  // The same functions each time, or every row would be made anew.
  const open = useCallback(
    (row: Row): void => {
      if (row.kind === 'folder') go({ page: 'objects', bucket, prefix: row.prefix });
      else setDetails(row);
    },
    [bucket],
  );
  const link = useCallback(
    (row: Row): void =>
      setTarget(row.kind === 'folder' ? { bucket, prefix: row.prefix } : { bucket, keys: [row.object.key] }),
    [bucket],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback((): void => {
    if (hasNextPage) void fetchNextPage({ cancelRefetch: false });
  }, [hasNextPage, fetchNextPage]);
  return (
    <div className="folder">
      <h1 className="visually-hidden">{t('objects.title')}</h1>
      <div className="folder-bar">
        <ObjectPath bucket={bucket} prefix={prefix} canLeave={me.scopes.length > 1} />
        <div className="folder-search">
          <Field
            label={t('objects.search')}
            isLabelHidden
            type="search"
            placeholder={t('objects.search')}
            value={search}
            onChange={setSearch}
          />
        </div>
      </div>
      <div className="folder-body">
        {query.isError && rows.length === 0 && <Failure error={query.error} retry={() => void query.refetch()} />}
        {query.isPending && <Loading />}
        {query.isSuccess && rows.length === 0 && <NothingHere search={search} />}
        {rows.length > 0 && (
          <ThumbnailContext value={thumbnails}>
            <ObjectList
              label={t('objects.list', { place: prefix === '' ? bucket : prefix })}
              rows={rows}
              selected={selected}
              onSelect={setSelected}
              onOpen={open}
              onLink={link}
              onNearEnd={loadMore}
            />
          </ThumbnailContext>
        )}
      </div>
      <div className="folder-foot">
        {selected.size === 0 ? (
          <p className="quiet" role="status">
            {query.isSuccess &&
              (isFetchingNextPage
                ? t('common.loading')
                : t('objects.count', { count: rows.length, more: String(hasNextPage) }))}
          </p>
        ) : (
          <>
            <p role="status">{t('common.selected', { count: selected.size })}</p>
            <Button className="button" onPress={() => setSelected(new Set())}>
              {t('objects.clear')}
            </Button>
            <Button
              className="button button-main"
              onPress={() => setTarget({ bucket, keys: [...selected].toSorted() })}
            >
              <Icon name="link" />
              {t('objects.getLink')}
            </Button>
          </>
        )}
      </div>
      <Suspense>
        {target !== undefined && <LinkDrawer me={me} target={target} onClose={() => setTarget(undefined)} />}
        {details?.kind === 'object' && (
          <DetailsDrawer
            bucket={bucket}
            object={details.object}
            onClose={() => setDetails(undefined)}
            onLink={() => {
              setDetails(undefined);
              link(details);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}

function NothingHere({ search }: { readonly search: string }): ReactNode {
  const { t } = useLanguage();
  return search === '' ? (
    <Empty icon="folder" title={t('objects.empty')}>
      <p className="quiet">{t('objects.emptyHint')}</p>
    </Empty>
  ) : (
    <Empty icon="search" title={t('objects.noMatch', { text: search })}>
      <p className="quiet">{t('objects.noMatchHint')}</p>
    </Empty>
  );
}
