import { type UseMutationResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { Button } from 'react-aria-components/Button';
import { api } from '../api/client.ts';
import type { Share } from '../api/types.ts';
import { downloadName } from '../link/commands.ts';
import { LinkResult } from '../link/link-result.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Icon } from '../parts/icons.tsx';
import { later } from '../parts/later.ts';
import { Failure, Loading } from '../parts/states.tsx';
import { useLanguage } from '../texts/language.tsx';
import { ActBar } from './act-bar.tsx';
import { OutcomeNotice } from './outcome-notice.tsx';
import type { Outcome, ShareAct } from './share-acts.ts';
import { contentOf, titleOf } from './share-names.ts';
import { StateBadge, usesText } from './share-table.tsx';
import { Timeline } from './timeline.tsx';

const UsesChart = later(async () => (await import('./uses-chart.tsx')).UsesChart);

interface ShareDrawerProps {
  readonly share: Share;
  readonly act: UseMutationResult<Outcome, unknown, ShareAct>;
  readonly onClose: () => void;
}

/** One share: its facts, what may be done with it, and what has happened to it. */
export function ShareDrawer({ share, act, onClose }: ShareDrawerProps): ReactNode {
  const language = useLanguage();
  const { t } = language;
  const queries = useQueryClient();
  const copy = useMutation({
    mutationFn: () => api.act(share.id, 'copy'),
    // It leaves the share as it is, but stands in its history.
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['shares', 'history', share.id] }),
  });
  return (
    <Drawer title={t('shares.details')} subtitle={titleOf(share, language)} onClose={onClose}>
      {copy.data?.url === undefined ? (
        <div className="stack">
          {act.data !== undefined && <OutcomeNotice outcome={act.data} onClose={act.reset} />}
          <Facts share={share} />
          <Button className="button button-main" onPress={() => copy.mutate()}>
            <Icon name="link" />
            {t('shares.copyAgain')}
          </Button>
          {copy.isError && <Failure error={copy.error} />}
          <ActBar shares={[share]} isBusy={act.isPending} onAct={act.mutate} />
          <History share={share} />
        </div>
      ) : (
        <LinkResult
          links={[
            {
              url: copy.data.url,
              name: downloadName(share.keys[0] ?? share.prefix?.slice(0, -1) ?? share.bucket, share.filename ?? ''),
              expiresAt: share.expiresAt,
              hasPassword: share.limits.password,
            },
          ]}
          isDirect={false}
          onAgain={() => copy.reset()}
          again={t('shares.details')}
        />
      )}
    </Drawer>
  );
}

function Facts({ share }: { readonly share: Share }): ReactNode {
  const language = useLanguage();
  const { t, instant, relative } = language;
  const end = new Date(share.expiresAt);
  const lastUse = share.lastUsedAt === undefined ? undefined : new Date(share.lastUsedAt);
  const limits = [
    ...(share.limits.password ? [t('shares.protected')] : []),
    ...(share.limits.ip === undefined ? [] : [t('shares.onlyFrom', { addresses: share.limits.ip.join(', ') })]),
  ];
  const rows = [
    [t('shares.what'), share.keys.length === 1 ? share.keys[0] : contentOf(share, language)],
    [t('objects.bucket'), share.bucket],
    [t('shares.uses'), usesText(share, language)],
    ...(lastUse === undefined
      ? []
      : [[t('shares.lastUse'), t('common.dated', { date: instant(lastUse), relative: relative(lastUse) })]]),
    [t('shares.ends'), t('common.dated', { date: instant(end), relative: relative(end) })],
    ...(limits.length === 0 ? [] : [[t('shares.limits'), limits.join(' · ')]]),
  ];
  return (
    <dl className="facts">
      <dt>{t('shares.state')}</dt>
      <dd>
        <StateBadge state={share.state} />
      </dd>
      {rows.map(([name, value]) => (
        <FactRow key={name} name={name ?? ''} value={value ?? ''} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function History({ share }: { readonly share: Share }): ReactNode {
  const { t } = useLanguage();
  const history = useQuery({
    // What changes the share also changes its history.
    queryKey: ['shares', 'history', share.id, share.revision, share.uses],
    queryFn: async ({ signal }) => {
      const [{ uses, next }, events] = await Promise.all([api.uses(share.id, signal), api.events(share.id, signal)]);
      // Of a share that was used very often, the chart begins with the oldest use that was read.
      const oldest = next === undefined ? undefined : uses.at(-1)?.at;
      return { uses, events, since: oldest ?? share.createdAt };
    },
    placeholderData: (before) => before,
  });
  if (history.isPending) return <Loading />;
  if (history.isError) return <Failure error={history.error} retry={() => void history.refetch()} />;
  const { uses, events, since } = history.data;
  return (
    <>
      {uses.length > 0 && (
        <Suspense fallback={<Loading />}>
          <UsesChart uses={uses} since={since} />
        </Suspense>
      )}
      <section className="stack">
        <h3>{t('shares.timeline')}</h3>
        <Timeline uses={uses} events={events} />
      </section>
    </>
  );
}
