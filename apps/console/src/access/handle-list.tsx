import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { api } from '../api/client.ts';
import type { GrantHandle } from '../api/types.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';

/** Addresses that give credentials, and the way to end them. */
export function HandleList(): ReactNode {
  const { t, shortInstant, relative } = useLanguage();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<GrantHandle>();
  const handles = useQuery({ queryKey: ['handles'], queryFn: ({ signal }) => api.handles(signal) });
  const revoke = useMutation({
    mutationFn: ({ id }: GrantHandle) => api.revokeHandle(id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['handles'] }),
  });
  return (
    <section className="card access-form stack">
      <h2>{t('access.handles')}</h2>
      {handles.isPending && <Loading />}
      {handles.isError && <Failure error={handles.error} retry={() => void handles.refetch()} />}
      {revoke.isError && <Failure error={revoke.error} />}
      {handles.data?.length === 0 && <p className="quiet">{t('access.noHandles')}</p>}
      <ul className="handles">
        {handles.data?.map((handle) => {
          const end = new Date(handle.expiresAt);
          const place = `${handle.bucket}/${handle.prefix ?? handle.keys[0] ?? ''}`;
          return (
            <li key={handle.id}>
              <span className={`badge badge-${handle.state}`}>{t(`access.handleState.${handle.state}`)}</span>
              <span className="handle-what">
                {handle.label ?? place}
                <span className="hint">
                  {handle.label === undefined ? '' : `${place} · `}
                  {t('common.dated', { date: shortInstant(end), relative: relative(end) })}
                </span>
              </span>
              {handle.state === 'active' && (
                <Button className="button button-danger" onPress={() => setAsking(handle)}>
                  {t('shares.revoke')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {asking !== undefined && (
        <Confirm
          title={t('access.revokeTitle')}
          text={t('access.revokeText')}
          act={t('shares.revoke')}
          onConfirm={() => revoke.mutate(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </section>
  );
}
